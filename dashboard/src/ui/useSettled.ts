// A value that follows another once that has rested: what is typed, when typing pauses.
import { useEffect, useState } from 'preact/hooks'

const PAUSE = 180

/** Return the value as it was when it last rested for some milliseconds. */
export function useSettled<Value>(value: Value, pause: number = PAUSE): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [value, pause])
  return settled
}
