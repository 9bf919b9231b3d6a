// Reads again when levels have changed: what reserves, orders or moves an item changes its levels.
import { useEffect, useRef } from 'preact/hooks'
import type { Query } from '../../api/query'

const RESTED_AFTER = 400
const AT_MOST_EVERY = 2_000

/** Read a query again a moment after the pulse of levels, however often it beats. */
export function useAfterPulse<Data>(query: Query<Data>, pulse: number): Query<Data> {
  const seen = useRef(pulse)
  const latest = useRef(query.refetch)
  latest.current = query.refetch
  const waits = useRef<ReturnType<typeof setTimeout>>(undefined)
  const readAt = useRef(0)
  useEffect(() => {
    if (pulse === seen.current) return
    seen.current = pulse
    const pause = Math.max(RESTED_AFTER, readAt.current + AT_MOST_EVERY - Date.now())
    waits.current ??= setTimeout(
      () => {
        waits.current = undefined
        readAt.current = Date.now()
        latest.current()
      },
      Math.min(pause, AT_MOST_EVERY),
    )
  }, [pulse])
  useEffect(() => () => clearTimeout(waits.current), [])
  return query
}
