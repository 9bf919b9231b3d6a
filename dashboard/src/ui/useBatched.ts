// Events that come faster than anybody reads: gathered, and handed on a few times a second.
import { useEffect, useRef } from 'preact/hooks'

const EVERY = 250

/** Return a function that takes events; what it took is handed on together, in order, while the page is visible. */
export function useBatched<Event>(handOn: (events: readonly Event[]) => void, most: number): (event: Event) => void {
  const waiting = useRef<Event[]>([])
  const latest = useRef(handOn)
  latest.current = handOn
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden || waiting.current.length === 0) return
      latest.current(waiting.current.splice(0))
    }, EVERY)
    return () => clearInterval(timer)
  }, [])
  return (event) => {
    waiting.current.push(event)
    if (waiting.current.length > most) waiting.current.splice(0, waiting.current.length - most)
  }
}
