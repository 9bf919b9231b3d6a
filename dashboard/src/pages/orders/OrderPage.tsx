// One purchase order: what was ordered and why, what has arrived, and what to do next.
import { useEffect, useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { type Query, useQuery } from '../../api/query'
import { request } from '../../api/request'
import { may } from '../../api/session'
import { now } from '../../format/clock'
import { money, units } from '../../format/number'
import { date, dateTime } from '../../format/time'
import {
  type OrderLineFragment,
  OrdersFeedDocument,
  OrdersMoreLinesDocument,
  OrdersOneDocument,
  type OrdersOneQuery,
} from '../../gql/graphql'
import { to } from '../../shell/location'
import { orders as text } from '../../text/orders'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Fact, Facts } from '../../ui/Facts'
import type { IconName } from '../../ui/icons'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { OrderBadge } from '../../ui/StateBadges'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { Why } from '../../ui/Why'
import { History } from './History'
import { ChangeDialog, ConfirmDialog } from './LineDialogs'
import { CancelDialog, SubmitDialog } from './OrderDialogs'
import styles from './Orders.module.css'
import { ReceiveDialog } from './ReceiveDialog'
import { type Doing, doable, isOverdue } from './states'

export type Order = NonNullable<OrdersOneQuery['purchaseOrder']>
export type Line = OrderLineFragment

const ICONS: Record<Doing, IconName> = {
  submit: 'right',
  confirm: 'check',
  reconfirm: 'edit',
  receive: 'plus',
  cancel: 'close',
  change: 'edit',
}

/** All lines of an order: those that came with it, then the rest of a long one. */
function useLines(order: Order | undefined): readonly Line[] {
  const [more, setMore] = useState<{ of: Order; lines: readonly Line[] }>()
  useEffect(() => {
    if (!order?.lines.pageInfo.hasNextPage) return undefined
    const stop = new AbortController()
    async function readOn(of: Order): Promise<void> {
      const lines: Line[] = []
      let page = of.lines.pageInfo
      while (page.hasNextPage && page.endCursor) {
        const next = (await request(OrdersMoreLinesDocument, { id: of.id, after: page.endCursor }, stop.signal))
          .purchaseOrder
        if (!next) break
        lines.push(...next.lines.nodes)
        page = next.lines.pageInfo
      }
      setMore({ of, lines })
    }
    readOn(order).catch(() => undefined) // what is missing is told by the number of lines
    return () => stop.abort()
  }, [order])
  if (!order) return []
  return more?.of === order ? [...order.lines.nodes, ...more.lines] : order.lines.nodes
}

/** The order, read again whenever it has changed. */
function useOrder(id: string): Query<OrdersOneQuery> {
  const query = useQuery(OrdersOneDocument, { id })
  const order = query.data?.purchaseOrder
  const filter = order ? { supplier: order.supplier.code, location: order.location.code, isAutomatic: null } : null
  useLive(
    OrdersFeedDocument,
    filter,
    {
      next: ({ purchaseOrders: { purchaseOrder } }) => {
        if (purchaseOrder.id === id && order && purchaseOrder.version > order.version) query.refetch()
      },
    },
    { isQuiet: true },
  )
  return query
}

function OrderFacts({ order }: { order: Order }) {
  const {
    supplier,
    location,
    value,
    unvaluedUnits,
    createdAt,
    submittedAt,
    confirmedAt,
    expectedAt,
    closedAt,
    note,
    setBy,
  } = order
  return (
    <Facts>
      <Fact name={text.facts.supplier}>
        <a href={to('suppliers', supplier.code)}>{supplier.name}</a>
      </Fact>
      <Fact name={text.facts.to}>{location.name}</Fact>
      <Fact name={text.facts.value}>
        <strong>{money(value)}</strong>
        {unvaluedUnits > 0 && <span class={styles.sub}>{text.unvalued(units(unvaluedUnits))}</span>}
      </Fact>
      <Fact name={text.facts.minimum}>
        {order.state === 'DRAFT' && supplier.minimumOrderValue && money(supplier.minimumOrderValue)}
      </Fact>
      <Fact name={text.facts.created}>{dateTime(createdAt)}</Fact>
      <Fact name={text.facts.submitted}>{submittedAt && dateTime(submittedAt)}</Fact>
      <Fact name={text.facts.confirmed}>{confirmedAt && dateTime(confirmedAt)}</Fact>
      <Fact name={text.facts.expected}>
        {expectedAt && (
          <>
            {date(expectedAt)}{' '}
            {isOverdue(order, now.value) && (
              <Badge tone="bad" icon="warning">
                <Ago at={expectedAt} />
              </Badge>
            )}
          </>
        )}
      </Fact>
      <Fact name={text.facts.closed}>{closedAt && dateTime(closedAt)}</Fact>
      <Fact name={text.facts.setBy}>{setBy}</Fact>
      <Fact name={text.facts.note}>{note}</Fact>
    </Facts>
  )
}

function columnsOf(order: Order, lines: readonly Line[]): Column<Line>[] {
  const sum = (part: 'quantity' | 'received' | 'outstanding' | 'short' | 'over') =>
    lines.reduce((total, line) => total + line[part], 0)
  const number = (part: 'quantity' | 'received' | 'outstanding' | 'short' | 'over'): Column<Line> => ({
    id: part,
    title: text.columns[part],
    isNumber: true,
    cell: (line) => units(line[part]),
    foot: units(sum(part)),
  })
  const isDraft = order.state === 'DRAFT'
  return [
    {
      id: 'item',
      title: text.columns.item,
      isMain: true,
      cell: ({ item }) => (
        <>
          <a href={to('items', item.sku)}>{item.name}</a>
          <span class={styles.sub}>{item.sku}</span>
        </>
      ),
      foot: text.columns.total,
    },
    { id: 'reason', title: text.columns.reason, cell: (line) => <Why reasons={line.reasons} setBy={line.setBy} /> },
    number('quantity'),
    ...(isDraft ? [] : [number('received'), number('outstanding')]),
    ...(sum('short') > 0 ? [number('short')] : []),
    ...(sum('over') > 0 ? [number('over')] : []),
    { id: 'cost', title: text.columns.unitCost, isNumber: true, cell: ({ unitCost }) => money(unitCost) || '–' },
    {
      id: 'value',
      title: text.columns.value,
      isNumber: true,
      cell: ({ value }) => money(value) || '–',
      foot: money(order.value),
    },
  ]
}

export function OrderPage({ id }: { id: string }) {
  const query = useOrder(id)
  return (
    <>
      <p class={styles.back}>
        <a href={to('orders')}>← {text.back}</a>
      </p>
      <Loaded query={query} lines={8}>
        {({ purchaseOrder }) =>
          purchaseOrder ? (
            <Shown order={purchaseOrder} onChanged={query.refetch} />
          ) : (
            <Empty icon="orders" title={text.notFound} />
          )
        }
      </Loaded>
    </>
  )
}

function Shown({ order, onChanged }: { order: Order; onChanged(): void }) {
  const [doing, setDoing] = useState<Doing>()
  const lines = useLines(order)
  const props = {
    order,
    lines,
    onChanged,
    onClose: () => setDoing(undefined),
    onDone: () => {
      setDoing(undefined)
      onChanged()
    },
  }
  const labels: Record<Doing, string> = {
    submit: text.submit,
    confirm: text.confirm,
    reconfirm: text.reconfirm,
    receive: text.receive,
    cancel: text.cancel,
    change: text.change,
  }
  const actions = may('PURCHASING_WRITE') ? doable(order.state) : []
  return (
    <>
      <PageHeader
        title={order.reference ?? text.title(order.supplier.name)}
        hint={
          <span class={styles.badges}>
            <OrderBadge state={order.state} />
            {order.isAutomatic && (
              <span title={text.automaticHint}>
                <Badge icon="settings">{text.automatic}</Badge>
              </span>
            )}
          </span>
        }
      >
        {actions.map((name, index) => (
          <Button
            key={name}
            kind={name === 'cancel' ? 'danger' : index === 0 && order.state !== 'RECEIVED' ? 'primary' : 'plain'}
            icon={ICONS[name]}
            onClick={() => setDoing(name)}
          >
            {labels[name]}
          </Button>
        ))}
      </PageHeader>
      <div class={styles.page}>
        <OrderFacts order={order} />
        <Panel title={text.lines} hint={units(order.lines.totalCount)} isFlush>
          <Table label={text.lines} columns={columnsOf(order, lines)} rows={lines} keyOf={({ item }) => item.sku} />
        </Panel>
        {order.struckLines.nodes.length > 0 && (
          <Panel title={text.struck} hint={text.struckHint}>
            <ul class={styles.struck}>
              {order.struckLines.nodes.map(({ item, quantity, setBy, setAt }) => (
                <li key={item.sku}>
                  {units(quantity)} × {item.name}{' '}
                  <span class={styles.sub}>
                    {text.removedBy(setBy)}, <Ago at={setAt} />
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        {may('STOCK_READ') && <History order={order} onChanged={onChanged} />}
      </div>
      {doing === 'submit' && <SubmitDialog {...props} />}
      {doing === 'cancel' && <CancelDialog {...props} />}
      {doing === 'change' && <ChangeDialog {...props} />}
      {(doing === 'confirm' || doing === 'reconfirm') && <ConfirmDialog {...props} />}
      {doing === 'receive' && <ReceiveDialog {...props} />}
    </>
  )
}
