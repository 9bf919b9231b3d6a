// Tells a scanner that types from a person who does: it types fast, and ends with Enter.
import type { Signal } from '@preact/signals'

const GAP = 55 // milliseconds between two keys; the fastest typists need 70
const SHORTEST = 4

export interface Key {
  key: string
  /** Milliseconds, as events tell it. */
  at: number
}

/** What a key is part of: `begin` may be either; `more` is a scanner's; `scan` ended one; `none` is a person's. */
export type Part = { kind: 'begin' | 'more' | 'none' } | { kind: 'scan'; code: string }

/** Return a function that takes one key after the other and tells what it is part of. */
export function wedge(): (key: Key) => Part {
  let typed = ''
  let last = -Infinity
  return ({ key, at }) => {
    const isFast = at - last <= GAP
    last = at
    if (key === 'Enter' || key === 'Tab') {
      const code = typed
      typed = ''
      return isFast && code.length >= SHORTEST ? { kind: 'scan', code } : { kind: 'none' }
    }
    if (key.length !== 1) {
      if (key !== 'Shift' || !isFast) typed = '' // a scanner presses Shift for capital letters
      return { kind: 'none' }
    }
    typed = isFast ? typed + key : key
    return { kind: typed.length > 1 ? 'more' : 'begin' }
  }
}

/**
 * Take what scanners have typed: each code once. Of the signal as it is now, not as it was rendered: another scan may
 * have come between the two.
 */
export function takeAll(scanned: Signal<readonly string[]>): readonly string[] {
  const codes = scanned.peek()
  scanned.value = []
  return codes
}
