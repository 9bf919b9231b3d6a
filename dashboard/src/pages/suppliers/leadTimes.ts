// How long a supplier's deliveries took, from submitting an order to receiving it in full, against what was promised.

interface OfOrder {
  id: string
  submittedAt?: string | null
  expectedAt?: string | null
  closedAt?: string | null
}

export interface Delivery<Order> {
  order: Order
  /** Days from submitting the order until it was received in full. */
  days: number
  /** Days until the delivery that was expected last; null where none was. */
  promised: number | null
  /** Days after the expected day; 0 where it was on time. */
  late: number
}

const DAY = 86_400_000

const between = (from: string, to: string): number =>
  Math.max(0, (new Date(to).getTime() - new Date(from).getTime()) / DAY)

/** Return the deliveries of orders that were submitted and received, the newest first. */
export function deliveriesOf<Order extends OfOrder>(orders: readonly Order[]): Delivery<Order>[] {
  return orders
    .flatMap((order) => {
      const { submittedAt, expectedAt, closedAt } = order
      if (!submittedAt || !closedAt) return []
      const late = expectedAt ? Math.floor(between(expectedAt, closedAt)) : 0
      return [
        {
          order,
          days: between(submittedAt, closedAt),
          promised: expectedAt ? between(submittedAt, expectedAt) : null,
          late,
        },
      ]
    })
    .sort((one, other) => other.order.closedAt!.localeCompare(one.order.closedAt!))
}
