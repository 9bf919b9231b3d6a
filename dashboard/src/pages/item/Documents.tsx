// What is open for the item: reservations, purchase orders, and who offers it.

import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { now } from '../../format/clock'
import { money, units } from '../../format/number'
import { date, dateTime } from '../../format/time'
import {
  ItemOffersDocument,
  type ItemOffersQuery,
  ItemOrdersDocument,
  type ItemOrdersQuery,
  ItemReservationsDocument,
  type ItemReservationsQuery,
} from '../../gql/graphql'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { states } from '../../text/states'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { useAfterPulse } from './useAfterPulse'

const AGAIN_EVERY = 15_000 // a new state changes no level

type Reservation = ItemReservationsQuery['reservations']['nodes'][number]
type Order = ItemOrdersQuery['purchaseOrders']['nodes'][number]
type Offer = NonNullable<ItemOffersQuery['item']>['offers']['nodes'][number]

const number = <Row,>(id: string, title: string, value: (row: Row) => number | null | undefined): Column<Row> => ({
  id,
  title,
  isNumber: true,
  cell: (row) => {
    const count = value(row)
    return count === null || count === undefined ? '–' : units(count)
  },
})

const when = (at: string | null | undefined) => (at ? <time dateTime={at}>{dateTime(at)}</time> : '–')

/** The units of an item in a reservation, over all its lines; undefined where none of the first lines has it. */
const unitsOf = (sku: string, name: 'quantity' | 'held' | 'waiting' | 'fulfilled') => (reservation: Reservation) => {
  const lines = reservation.lines.nodes.filter((line) => line.sku === sku)
  return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + line[name], 0)
}

export function ReservationsTab({ sku, pulse }: { sku: string; pulse: number }) {
  const query = useAfterPulse(useQuery(ItemReservationsDocument, { sku }, { everyMs: AGAIN_EVERY }), pulse)
  const columns: Column<Reservation>[] = [
    {
      id: 'reference',
      title: text.reference,
      isMain: true,
      cell: ({ id, reference }) => <a href={to('reservations', id)}>{reference ?? text.noReference}</a>,
    },
    { id: 'state', title: text.state, cell: ({ state }) => <Badge tone="info">{states.reservations[state]}</Badge> },
    number('quantity', text.quantity, unitsOf(sku, 'quantity')),
    number('held', text.held, unitsOf(sku, 'held')),
    number('waiting', text.waiting, unitsOf(sku, 'waiting')),
    number('fulfilled', text.fulfilled, unitsOf(sku, 'fulfilled')),
    { id: 'channel', title: text.channel, cell: ({ channel }) => channel ?? '–' },
    { id: 'needed', title: text.neededBy, cell: ({ neededBy }) => when(neededBy) },
    { id: 'expires', title: text.expires, cell: ({ expiresAt }) => when(expiresAt) },
    { id: 'created', title: text.created, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  ]
  return (
    <Panel title={text.tabs.reservations} isFlush>
      <Loaded query={query}>
        {({ reservations: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="reservations">{text.noReservations}</Empty>
          ) : (
            <>
              <Table label={text.tabs.reservations} columns={columns} rows={nodes} keyOf={({ id }) => id} />
              {pageInfo.hasNextPage && <More href={to('reservations')} />}
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

const lineOf = (sku: string, order: Order) => order.lines.nodes.find((line) => line.item.sku === sku)

function Expected({ at }: { at: string | null | undefined }) {
  if (!at) return <>–</>
  const isOverdue = Date.parse(at) < now.value
  return isOverdue ? (
    <Badge tone="bad" icon="warning">
      {text.overdue(date(at))}
    </Badge>
  ) : (
    <time dateTime={at}>{date(at)}</time>
  )
}

export function OrdersTab({ sku, pulse }: { sku: string; pulse: number }) {
  const query = useAfterPulse(useQuery(ItemOrdersDocument, { sku }, { everyMs: AGAIN_EVERY }), pulse)
  const columns: Column<Order>[] = [
    {
      id: 'supplier',
      title: text.supplier,
      isMain: true,
      cell: ({ id, supplier }) => <a href={to('orders', id)}>{supplier.name}</a>,
    },
    { id: 'location', title: common.location, cell: ({ location }) => location.code },
    {
      id: 'state',
      title: text.state,
      cell: ({ state, isAutomatic }) => (
        <>
          <Badge tone="info">{states.orders[state]}</Badge> {isAutomatic && <Badge>{text.automatic}</Badge>}
        </>
      ),
    },
    number('quantity', text.ordered, (order) => lineOf(sku, order)?.quantity),
    number('received', text.received, (order) => lineOf(sku, order)?.received),
    number('outstanding', text.outstanding, (order) => lineOf(sku, order)?.outstanding),
    { id: 'expected', title: text.expected, cell: ({ expectedAt }) => <Expected at={expectedAt} /> },
    { id: 'reference', title: text.reference, cell: ({ reference }) => reference ?? '–' },
    { id: 'created', title: text.created, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  ]
  return (
    <Panel title={text.tabs.orders} isFlush>
      <Loaded query={query}>
        {({ purchaseOrders: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="orders">{text.noOrders}</Empty>
          ) : (
            <>
              <Table label={text.tabs.orders} columns={columns} rows={nodes} keyOf={({ id }) => id} />
              {pageInfo.hasNextPage && <More href={to('orders')} />}
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

const More = ({ href }: { href: string }) => (
  <p>
    <a href={href}>{text.more}</a>
  </p>
)

function Lead({ offer }: { offer: Offer }) {
  const days = offer.leadTimeDays ?? offer.supplier.leadTimeDays
  return <>{days === null || days === undefined ? '–' : text.days(units(days))}</>
}

const offerColumns: Column<Offer>[] = [
  {
    id: 'supplier',
    title: text.supplier,
    isMain: true,
    cell: ({ supplier, isPreferred, isRemoved }) => (
      <>
        <a href={to('suppliers', supplier.code)}>{supplier.name}</a>{' '}
        {isPreferred && (
          <Badge tone="good" icon="check">
            {text.preferred}
          </Badge>
        )}{' '}
        {(isRemoved || supplier.isArchived) && <Badge>{text.noLonger}</Badge>}
      </>
    ),
  },
  { id: 'sku', title: text.supplierSku, cell: ({ supplierSku }) => supplierSku ?? '–' },
  { id: 'cost', title: text.unitCost, isNumber: true, cell: ({ unitCost }) => money(unitCost) || '–' },
  number('pack', text.packSize, ({ packSize }) => packSize),
  number('minimum', text.minimum, ({ minimumQuantity }) => minimumQuantity),
  { id: 'lead', title: text.leadTime, isNumber: true, cell: (offer) => <Lead offer={offer} /> },
]

export function OffersTab({ sku }: { sku: string }) {
  const query = useQuery(ItemOffersDocument, may('PURCHASING_READ') ? { sku } : null)
  return (
    <Panel title={text.tabs.offers} isFlush>
      <Loaded query={query}>
        {({ item }) =>
          !item || item.offers.nodes.length === 0 ? (
            <Empty icon="suppliers">{text.noOffers}</Empty>
          ) : (
            <Table label={text.tabs.offers} columns={offerColumns} rows={item.offers.nodes} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </Panel>
  )
}
