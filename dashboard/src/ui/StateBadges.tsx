// States of documents and types of alerts as badges: a word, an icon and a colour.
import { states } from '../text/states'
import { Badge, type Tone } from './Badge'
import type { IconName } from './icons'

type StockAlertType = keyof typeof states.alerts
type PurchaseOrderState = keyof typeof states.orders
type TransferState = keyof typeof states.transfers
type ReservationState = keyof typeof states.reservations
type Look = { tone: Tone; icon: IconName }

const DONE: Look = { tone: 'good', icon: 'check' }
const DRAFT: Look = { tone: 'plain', icon: 'edit' }
const UNDER_WAY: Look = { tone: 'info', icon: 'right' }
const PARTLY: Look = { tone: 'warn', icon: 'more' }
const OVER: Look = { tone: 'plain', icon: 'close' }

export const ALERT_LOOKS: Record<StockAlertType, Look> = {
  OVERSOLD: { tone: 'bad', icon: 'stop' },
  SHORTFALL: { tone: 'bad', icon: 'stop' },
  OUT: { tone: 'bad', icon: 'stop' },
  STOCKOUT_RISK: { tone: 'warn', icon: 'insight' },
  LOW: { tone: 'warn', icon: 'warning' },
  OVERSTOCK: { tone: 'info', icon: 'up' },
}

export const ORDER_LOOKS: Record<PurchaseOrderState, Look> = {
  DRAFT,
  SUBMITTED: UNDER_WAY,
  CONFIRMED: { tone: 'info', icon: 'check' },
  PARTIALLY_RECEIVED: PARTLY,
  RECEIVED: DONE,
  CANCELLED: OVER,
}

export const TRANSFER_LOOKS: Record<TransferState, Look> = {
  DRAFT,
  IN_TRANSIT: UNDER_WAY,
  PARTIALLY_RECEIVED: PARTLY,
  RECEIVED: DONE,
  CANCELLED: OVER,
}

export const RESERVATION_LOOKS: Record<ReservationState, Look> = {
  HELD: { tone: 'info', icon: 'reservations' },
  PARTIALLY_FULFILLED: PARTLY,
  FULFILLED: DONE,
  RELEASED: OVER,
  EXPIRED: OVER,
}

export const AlertBadge = ({ type }: { type: StockAlertType }) => (
  <Badge {...ALERT_LOOKS[type]}>{states.alerts[type]}</Badge>
)

export const OrderBadge = ({ state }: { state: PurchaseOrderState }) => (
  <Badge {...ORDER_LOOKS[state]}>{states.orders[state]}</Badge>
)

export const TransferBadge = ({ state }: { state: TransferState }) => (
  <Badge {...TRANSFER_LOOKS[state]}>{states.transfers[state]}</Badge>
)

export const ReservationBadge = ({ state }: { state: ReservationState }) => (
  <Badge {...RESERVATION_LOOKS[state]}>{states.reservations[state]}</Badge>
)
