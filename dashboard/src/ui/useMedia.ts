// Whether a media query holds now.
import { useEffect, useState } from 'preact/hooks'

/** The screen of a phone. */
export const NARROW = '(max-width: 720px)'

/** Return whether a media query holds, and follow it. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const follow = () => setHolds(list.matches)
    follow()
    list.addEventListener('change', follow)
    return () => list.removeEventListener('change', follow)
  }, [query])
  return holds
}
