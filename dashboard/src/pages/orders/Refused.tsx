// Why an order was refused, in the viewer's words where the page knows the rule: the approval limit, and what suppliers sell.
import type { Problem } from '../../api/problem'
import { money, units } from '../../format/number'
import type { OrderRefusalFragment } from '../../gql/graphql'
import { orders as text } from '../../text/orders'
import { Icon } from '../../ui/icons'
import { Failed } from '../../ui/States'
import styles from './Orders.module.css'

type Refusal = OrderRefusalFragment

/** Return the refusals of a problem, as the API typed them. */
export const refusalsOf = (problem: Problem | undefined): readonly Refusal[] =>
  (problem?.userErrors ?? []) as readonly Refusal[]

/** Tell whether an order was refused because the supplier sells it otherwise. */
export const isBelowMinimums = (problem: Problem | undefined): boolean =>
  refusalsOf(problem).some(({ code }) => code === 'QUANTITY_NOT_OFFERED' || code === 'BELOW_ORDER_VALUE')

function sentenceOf(refusal: Refusal): string {
  if (refusal.code === 'STALE_DOCUMENT') return text.stale
  if ('limit' in refusal && refusal.limit !== undefined)
    return refusal.unvaluedUnits > 0
      ? text.unknownCost(units(refusal.unvaluedUnits), money(refusal.limit))
      : text.overLimit(money(refusal.value), money(refusal.limit))
  if ('nextAllowedQuantity' in refusal && refusal.nextAllowedQuantity !== undefined)
    return text.notOffered(refusal.sku, units(refusal.nextAllowedQuantity))
  if ('minimumValue' in refusal && refusal.minimumValue !== undefined)
    return text.belowMinimum(money(refusal.value), money(refusal.minimumValue))
  return refusal.message
}

export function Refused({ problem }: { problem: Problem | undefined }) {
  if (!problem) return null
  if (problem.userErrors.length === 0) return <Failed problem={problem} />
  return (
    <ul class={styles.refused} role="alert">
      {refusalsOf(problem).map((refusal, index) => (
        <li key={index}>
          <Icon name="warning" />
          <span>{sentenceOf(refusal)}</span>
        </li>
      ))}
    </ul>
  )
}
