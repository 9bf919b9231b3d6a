// The order that answers an alert: what is on its way to the level, or that nothing is, and what orders it.
import { may, seesDocuments } from '../../api/session'
import { units } from '../../format/number'
import { date } from '../../format/time'
import { to } from '../../shell/location'
import { alerts as text } from '../../text/alerts'
import { states } from '../../text/states'
import { Button, ButtonLink } from '../../ui/Button'
import type { Alert, Level } from './Alerts'
import styles from './Alerts.module.css'

interface Found {
  id: string
  href: string
  title: string
  hint: string
}

/** Return the open orders and transfers that bring units to a level, the surest first. */
function found({ openPurchaseOrders, openTransfers }: Level): Found[] {
  const bought = (openPurchaseOrders?.nodes ?? []).map(({ id, state, supplier, expectedAt }) => ({
    id,
    href: to('orders', id),
    title: text.orderOf(supplier.name),
    hint: expectedAt ? `${states.orders[state]}, ${date(expectedAt)}` : states.orders[state],
    isSure: state !== 'DRAFT',
  }))
  const moved = openTransfers.nodes.map(({ id, state, source, isProposal }) => ({
    id,
    href: to('transfers', id),
    title: text.transferFrom(source.name),
    hint: isProposal ? text.proposed : states.transfers[state],
    isSure: state !== 'DRAFT',
  }))
  return [...bought, ...moved].sort((one, other) => Number(other.isSure) - Number(one.isSure))
}

/** What is on its way. It arrives with the level, which changes with each order and receipt. */
function Coming({ level }: { level: Level }) {
  const incoming = units(level.incoming + level.planned)
  const [first] = found(level)
  if (!first) return <span class="muted">{incoming}</span>
  const more = (level.openPurchaseOrders?.totalCount ?? 0) + level.openTransfers.totalCount - 1
  return (
    <span class={styles.answer}>
      <a class={styles.order} href={first.href}>
        {first.title}
      </a>
      <span class="muted">
        {incoming} · {first.hint}
        {more > 0 && ` · ${text.moreOrders(units(more))}`}
      </span>
    </span>
  )
}

/** Tell whether an order answers an alert: not that there is too much, nor that the record is wrong. */
export const isAnswered = ({ type }: Alert): boolean => type !== 'OVERSTOCK' && type !== 'OVERSOLD'

export function Answer({ alert, level, onOrder }: { alert: Alert; level: Level | undefined; onOrder(): void }) {
  if (alert.type === 'OVERSTOCK')
    return may('STOCK_WRITE') && seesDocuments() ? (
      <ButtonLink
        href={`${to('transfers')}?new=1&source=${encodeURIComponent(alert.location.code)}&sku=${encodeURIComponent(alert.item.sku)}`}
      >
        {text.moveOn}
      </ButtonLink>
    ) : null
  if (alert.type === 'OVERSOLD')
    return may('COUNTING_WRITE') ? (
      <ButtonLink href={`${to('counts')}?location=${encodeURIComponent(alert.location.code)}`}>{text.count}</ButtonLink>
    ) : null
  if (!level) return <span class="muted">…</span>
  if (level.incoming + level.planned > 0) return <Coming level={level} />
  return (
    <span class={styles.nothing}>
      <span>{text.nothingOrdered}</span>
      {may('PURCHASING_WRITE') && <Button onClick={onOrder}>{text.order}</Button>}
    </span>
  )
}
