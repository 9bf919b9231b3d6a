// Parts of a reservation: units of one item at one location, which are shipped, released or moved.
import type { ReservationState } from '../../gql/graphql'

/** The states in the order in which a reservation goes through them. */
export const STATES: readonly ReservationState[] = ['HELD', 'PARTIALLY_FULFILLED', 'FULFILLED', 'RELEASED', 'EXPIRED']

/** Tell whether something is still held or waited for. */
export const isOpen = (state: ReservationState): boolean => state === 'HELD' || state === 'PARTIALLY_FULFILLED'

export interface HeldPart {
  key: string
  sku: string
  name: string
  location: string
  locationName: string
  held: number
  waiting: number
}

interface OfLine {
  sku: string
  item: { name: string }
  holds: { nodes: readonly { held: number; waiting: number; location: { code: string; name: string } }[] }
}

/** Return the parts of lines that are held, or, with those that wait, that are outstanding; equal ones of several lines as one. */
export function partsOf(lines: readonly OfLine[], { withWaiting }: { withWaiting: boolean }): HeldPart[] {
  const parts = new Map<string, HeldPart>()
  for (const { sku, item, holds } of lines)
    for (const { held, waiting, location } of holds.nodes) {
      const key = `${sku}\n${location.code}`
      const part = parts.get(key) ?? {
        key,
        sku,
        name: item.name,
        location: location.code,
        locationName: location.name,
        held: 0,
        waiting: 0,
      }
      parts.set(key, { ...part, held: part.held + held, waiting: part.waiting + waiting })
    }
  return [...parts.values()].filter(({ held, waiting }) => held + (withWaiting ? waiting : 0) > 0)
}
