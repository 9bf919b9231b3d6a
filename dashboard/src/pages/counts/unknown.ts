// Codes that are on no list of this device: each stays until it was counted, searched for or discarded.
import type { Countable } from './recording'

export interface Unknown {
  code: string
  /** How often it was scanned. */
  times: number
  isAsking: boolean
  /** What the server calls it, where it is an item that is not on the list. */
  found?: Countable
}

/** Return the codes with one more scan of a code, which is the last one then: it is what somebody has in hand. */
export function withScan(unknown: readonly Unknown[], code: string): Unknown[] {
  const { times, ...before } = unknown.find((each) => each.code === code) ?? { code, times: 0, isAsking: true }
  return [...without(unknown, code), { ...before, times: times + 1 }]
}

/** Return the codes with what the server answered for one of them. */
export const withAnswer = (unknown: readonly Unknown[], code: string, found: Countable | undefined): Unknown[] =>
  unknown.map((each) => (each.code === code ? { ...each, isAsking: false, ...(found && { found }) } : each))

/** Return the codes without one of them. */
export const without = (unknown: readonly Unknown[], code: string): Unknown[] =>
  unknown.filter((each) => each.code !== code)
