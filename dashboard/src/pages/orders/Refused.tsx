// Why an order was refused, reason by reason.
import type { Problem } from '../../api/problem'
import type { Facts } from '../../text/refusals'
import { Icon } from '../../ui/icons'
import { Failed } from '../../ui/States'
import styles from './Orders.module.css'

/** Tell whether an order was refused because the supplier sells it otherwise. */
export const isBelowMinimums = (problem: Problem | undefined): boolean =>
  problem?.userErrors.some(({ code }) => code === 'QUANTITY_NOT_OFFERED' || code === 'BELOW_ORDER_VALUE') ?? false

/** Return the lines as the supplier sells them, of those that were refused for their quantity. */
export const allowedOf = (problem: Problem | undefined): { sku: string; quantity: number }[] =>
  (problem?.userErrors ?? []).flatMap((error) => {
    const { sku, nextAllowedQuantity } = error as Partial<Facts>
    return sku && nextAllowedQuantity ? [{ sku, quantity: nextAllowedQuantity }] : []
  })

export function Refused({ problem }: { problem: Problem | undefined }) {
  if (!problem) return null
  if (problem.userErrors.length === 0) return <Failed problem={problem} />
  return (
    <ul class={styles.refused} role="alert">
      {problem.userErrors.map(({ message }, index) => (
        <li key={index}>
          <Icon name="warning" />
          <span>{message}</span>
        </li>
      ))}
    </ul>
  )
}
