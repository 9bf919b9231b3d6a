// What may be done with a transfer in each of its states.
import type { TransferState } from '../../gql/graphql'
import type { HistoryEntry, HistoryMovement } from '../../ui/history'

/** The states in the order in which a transfer goes through them. */
export const STATES: readonly TransferState[] = ['DRAFT', 'IN_TRANSIT', 'PARTIALLY_RECEIVED', 'RECEIVED', 'CANCELLED']

export type Doing = 'ship' | 'receive' | 'cancel'

/** Return what may be done, the next step first; the source sends and takes back, the destination receives. */
export function doable(state: TransferState, isAt: { source: boolean; destination: boolean }): readonly Doing[] {
  if (state === 'DRAFT') return isAt.source ? ['ship', 'cancel'] : ['cancel']
  if (state !== 'IN_TRANSIT' && state !== 'PARTIALLY_RECEIVED') return []
  const both: Doing[] = ['receive', 'cancel']
  return both.filter((doing) => (doing === 'receive' ? isAt.destination : isAt.source))
}

/** Return how many units a movement of a receipt gave up as lost; below zero, of one that took them in after all. */
export const lostBy = ({ delta, reason, change }: HistoryMovement): number =>
  delta === 0 && reason !== 'TRANSFER' ? 0 - change.incoming : 0

/** Tell whether a receipt gave up units, as far as its movements are here. */
export const hasLost = ({ movements }: HistoryEntry): boolean =>
  movements !== undefined &&
  (movements.nodes.length < movements.totalCount || movements.nodes.some((each) => lostBy(each) > 0))
