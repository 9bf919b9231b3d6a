// The order that answers an alert: what is on its way to the level, or that nothing is, and what orders it.
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { date } from '../../format/time'
import { AlertsAnswerDocument, type AlertsAnswerQuery } from '../../gql/graphql'
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

/** Return the open orders and transfers of an answer, the surest first. */
function found({ purchaseOrders, transfers }: AlertsAnswerQuery): Found[] {
  const bought = (purchaseOrders?.nodes ?? []).map(({ id, state, supplier, expectedAt }) => ({
    id,
    href: to('orders', id),
    title: text.orderOf(supplier.name),
    hint: expectedAt ? `${states.orders[state]}, ${date(expectedAt)}` : states.orders[state],
    isSure: state !== 'DRAFT',
  }))
  const moved = transfers.nodes.map(({ id, state, source, isProposal }) => ({
    id,
    href: to('transfers', id),
    title: text.transferFrom(source.name),
    hint: isProposal ? text.proposed : states.transfers[state],
    isSure: state !== 'DRAFT',
  }))
  return [...bought, ...moved].sort((one, other) => Number(other.isSure) - Number(one.isSure))
}

/** What is on its way. It is read again whenever the level has changed, as ordering and receiving change it. */
function Coming({ alert, level }: { alert: Alert; level: Level }) {
  const answer = useQuery(
    AlertsAnswerDocument,
    { sku: alert.item.sku, location: alert.location.code, purchasing: may('PURCHASING_READ') },
    { of: level.version },
  )
  const incoming = units(level.incoming + level.planned)
  if (!answer.data) return <span class="muted">{incoming}</span>
  const [first, ...more] = found(answer.data)
  if (!first) return <span class="muted">{incoming}</span>
  return (
    <span class={styles.answer}>
      <a class={styles.order} href={first.href}>
        {first.title}
      </a>
      <span class="muted">
        {incoming} · {first.hint}
        {more.length > 0 && ` · ${text.moreOrders(units(more.length))}`}
      </span>
    </span>
  )
}

export function Answer({ alert, level, onOrder }: { alert: Alert; level: Level | undefined; onOrder(): void }) {
  if (alert.type === 'OVERSTOCK')
    return may('STOCK_WRITE') ? (
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
  if (level.incoming + level.planned > 0) return <Coming alert={alert} level={level} />
  return (
    <span class={styles.nothing}>
      <span>{text.nothingOrdered}</span>
      {may('PURCHASING_WRITE') && <Button onClick={onOrder}>{text.order}</Button>}
    </span>
  )
}
