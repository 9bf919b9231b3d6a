// Asks before the page is closed or loaded anew while something on it is not finished.
import { useEffect } from 'preact/hooks'

export function useAskBeforeLeaving(isUnfinished: boolean): void {
  useEffect(() => {
    if (!isUnfinished) return undefined
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isUnfinished])
}
