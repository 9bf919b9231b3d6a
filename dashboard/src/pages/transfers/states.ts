// What may be done with a transfer in each of its states.
import type { TransferState } from '../../gql/graphql'

/** The states in the order in which a transfer goes through them. */
export const STATES: readonly TransferState[] = ['DRAFT', 'IN_TRANSIT', 'PARTIALLY_RECEIVED', 'RECEIVED', 'CANCELLED']

export type Doing = 'ship' | 'receive' | 'cancel' | 'reverse'

/** Return what may be done, the next step first; what was given up as lost may still turn up. */
export function doable(state: TransferState, lost: number): readonly Doing[] {
  if (state === 'DRAFT') return ['ship', 'cancel']
  if (state === 'IN_TRANSIT' || state === 'PARTIALLY_RECEIVED') return ['receive', 'cancel']
  return state === 'RECEIVED' && lost > 0 ? ['reverse'] : []
}

interface OfMovement {
  reason: string
  operation: { id: string; kind: string }
}

/** Return the operations that may have given up units of a transfer, the newest first; the server knows which one did. */
export function mayHaveLost(movements: readonly OfMovement[]): string[] {
  const found = movements.filter(
    ({ operation, reason }) => operation.kind === 'transferReceive' && reason !== 'TRANSFER',
  )
  return [...new Set(found.map(({ operation }) => operation.id))]
}
