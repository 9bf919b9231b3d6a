// What has arrived of an order or a transfer while it is entered.
import type { MovementReason } from '../gql/graphql'

export interface Arrival {
  sku: string
  outstanding: number
  quantity: number | null
  damaged: number | null
  overReason: MovementReason | ''
}

/** Reasons for which more may be taken in than was ordered. */
export const OVER_REASONS = ['FOUND', 'CORRECTION', 'OTHER'] as const satisfies readonly MovementReason[]

/** Tell whether more arrived than was outstanding. */
export const isOver = ({ quantity, outstanding }: Arrival): boolean => (quantity ?? 0) > outstanding

export type Wrong = 'damaged' | 'reason' | undefined

/** Return what is wrong with an arrival. */
export function wrongOf(arrival: Arrival): Wrong {
  if ((arrival.damaged ?? 0) > (arrival.quantity ?? 0)) return 'damaged'
  return isOver(arrival) && arrival.overReason === '' ? 'reason' : undefined
}

/** Return the lines as the API takes them: of items of which something arrived. */
export function arrived(
  arrivals: readonly Arrival[],
): { sku: string; quantity: number; damaged: number; overReason: MovementReason | null }[] {
  return arrivals
    .filter(({ quantity }) => (quantity ?? 0) > 0)
    .map((arrival) => ({
      sku: arrival.sku,
      quantity: arrival.quantity ?? 0,
      damaged: arrival.damaged ?? 0,
      overReason: isOver(arrival) ? arrival.overReason || null : null,
    }))
}
