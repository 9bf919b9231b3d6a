// What may be done with an order in each of its states, and which of them are at work.
import type { PurchaseOrderState } from '../../gql/graphql'

/** The states in the order in which an order goes through them. */
export const STATES: readonly PurchaseOrderState[] = [
  'DRAFT',
  'SUBMITTED',
  'CONFIRMED',
  'PARTIALLY_RECEIVED',
  'RECEIVED',
  'CANCELLED',
]

const ON_ORDER: readonly PurchaseOrderState[] = ['SUBMITTED', 'CONFIRMED', 'PARTIALLY_RECEIVED']

export type Doing = 'submit' | 'confirm' | 'reconfirm' | 'receive' | 'cancel' | 'change'

/** Return what may be done, the next step first. What is over may still take in units that arrive. */
export function doable(state: PurchaseOrderState): readonly Doing[] {
  switch (state) {
    case 'DRAFT':
      return ['submit', 'change', 'cancel']
    case 'SUBMITTED':
      return ['confirm', 'receive', 'cancel']
    case 'CONFIRMED':
    case 'PARTIALLY_RECEIVED':
      return ['receive', 'reconfirm', 'cancel']
    case 'RECEIVED':
      return ['receive']
    default:
      return []
  }
}

/** Tell whether an order should have arrived by now. */
export function isOverdue(
  { state, expectedAt }: { state: PurchaseOrderState; expectedAt?: string | null },
  now: number,
): boolean {
  return ON_ORDER.includes(state) && expectedAt != null && new Date(expectedAt).getTime() < now
}
