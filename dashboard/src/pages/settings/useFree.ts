// Saves something new under a name of its own: the API would change what has that name already.
import { useRef } from 'preact/hooks'
import { refusalOf } from '../../api/problem'
import { settings } from '../../text/settings'

/**
 * Return what raises a refusal where a name is taken. It is asked once for each name: what was sent without an answer
 * may have taken it. Raises Problem.
 */
export function useFree(
  field: string,
  find: (name: string) => Promise<object | null | undefined>,
): (name: string) => Promise<void> {
  const free = useRef<string>(undefined)
  return async (name) => {
    if (free.current === name) return
    if (await find(name)) throw refusalOf([{ code: 'INVALID_VALUE', message: settings.taken(name), field: [field] }])
    free.current = name
  }
}
