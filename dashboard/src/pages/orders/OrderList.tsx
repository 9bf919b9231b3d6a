// Purchase orders by state, as a board or as a list, as they are now.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { tally, useCollection } from '../../api/collection'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { now } from '../../format/clock'
import { money, units } from '../../format/number'
import { date } from '../../format/time'
import {
  type OrderCardFragment,
  OrdersCountsDocument,
  OrdersFeedDocument,
  type OrdersFeedSubscription,
  OrdersPageDocument,
} from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import { orders as text } from '../../text/orders'
import { shell } from '../../text/shell'
import { states } from '../../text/states'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Board } from '../../ui/Board'
import { Button } from '../../ui/Button'
import { LocationPicker, SupplierPicker } from '../../ui/CodePicker'
import { SelectField, TextField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { ORDER_LOOKS, OrderBadge } from '../../ui/StateBadges'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table, wholeRow } from '../../ui/Table'
import { useSettled } from '../../ui/useSettled'
import { CreateDialog } from './CreateDialog'
import styles from './Orders.module.css'
import { isOverdue, STATES } from './states'

type Card = OrderCardFragment
type View = 'board' | 'list'
type Origin = 'all' | 'automatic' | 'manual'

/** Return the orders that a text is found in, the newest change first. */
function found(cards: readonly Card[], typed: string): Card[] {
  const wanted = typed.trim().toLowerCase()
  const whole = ({ reference, supplier, location, lines }: Card) =>
    [reference, supplier.name, supplier.code, location.name, ...lines.nodes.map(({ item }) => item.name)]
      .join(' ')
      .toLowerCase()
  return cards
    .filter((card) => !wanted || whole(card).includes(wanted))
    .sort((one, other) => other.updatedAt.localeCompare(one.updatedAt))
}

const isOver = ({ state }: Card): boolean => state === 'RECEIVED' || state === 'CANCELLED'

interface Narrowed {
  supplier: string | null
  location: string | null
  isAutomatic: boolean | null
}

/** Tell whether an order is what the board is narrowed to: an order may be moved, or changed by hand. */
const isOf = (card: Card, { supplier, location, isAutomatic }: Narrowed): boolean =>
  (supplier === null || card.supplier.code === supplier) &&
  (location === null || card.location.code === location) &&
  (isAutomatic === null || card.isAutomatic === isAutomatic)

export const titleOf = ({ reference, supplier }: Pick<Card, 'reference' | 'supplier'>): string =>
  reference ?? supplier.name

function Expected({ card, isPlain = false }: { card: Pick<Card, 'state' | 'expectedAt'>; isPlain?: boolean }) {
  if (!card.expectedAt || card.state === 'RECEIVED' || card.state === 'CANCELLED') return null
  if (isOverdue(card, now.value))
    return (
      <Badge tone="bad" icon="warning">
        {text.overdue(date(card.expectedAt))}
      </Badge>
    )
  return <span class={styles.expected}>{isPlain ? date(card.expectedAt) : text.expected(date(card.expectedAt))}</span>
}

function Content({ card }: { card: Card }) {
  const { supplier, location, lines, value, unvaluedUnits, isAutomatic, reference } = card
  const more = lines.totalCount - lines.nodes.length
  return (
    <>
      <p class={styles.route}>{reference ? `${supplier.name} → ${location.name}` : `→ ${location.name}`}</p>
      <p class={styles.items}>
        {lines.nodes.map(({ item, quantity }) => `${units(quantity)} × ${item.name}`).join(', ')}
        {more > 0 && ` ${text.andMore(units(more))}`}
      </p>
      <p class={styles.foot}>
        <strong title={unvaluedUnits > 0 ? text.unvalued(units(unvaluedUnits)) : undefined}>
          {money(value)}
          {unvaluedUnits > 0 && ' +'}
        </strong>
        {isAutomatic && (
          <span title={text.automaticHint}>
            <Badge icon="settings">{text.automatic}</Badge>
          </span>
        )}
      </p>
      <Expected card={card} />
    </>
  )
}

const COLUMNS: readonly Column<Card>[] = [
  {
    id: 'order',
    title: text.columns.order,
    isMain: true,
    cell: (card) => (
      <>
        <a class={wholeRow} href={to('orders', card.id)}>
          {titleOf(card)}
        </a>
        {card.reference && <span class={styles.sub}>{card.supplier.name}</span>}
      </>
    ),
  },
  {
    id: 'state',
    title: text.columns.state,
    cell: ({ state, isAutomatic }) => (
      <span class={styles.badges}>
        <OrderBadge state={state} />
        {isAutomatic && <Badge icon="settings">{text.automatic}</Badge>}
      </span>
    ),
  },
  { id: 'location', title: text.columns.location, isName: true, cell: ({ location }) => location.name },
  { id: 'lines', title: text.columns.lines, isNumber: true, cell: ({ lines }) => units(lines.totalCount) },
  { id: 'value', title: text.columns.value, isNumber: true, cell: ({ value }) => money(value) },
  { id: 'expected', title: text.columns.expected, cell: (card) => <Expected card={card} isPlain /> },
  { id: 'changed', title: text.columns.changed, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
]

export function OrderList() {
  const { search } = place.value
  const view: View = search.get('view') === 'list' ? 'list' : 'board'
  const origin = (['automatic', 'manual'] as const).find((name) => name === search.get('origin')) ?? 'all'
  const filter = {
    supplier: search.get('supplier'),
    location: search.get('location'),
    isAutomatic: origin === 'all' ? null : origin === 'automatic',
  }
  const [isCreating, setCreating] = useState(search.has('new') && may('PURCHASING_WRITE'))
  const page = useQuery(OrdersPageDocument, filter)
  const collection = useCollection<Card>(JSON.stringify(filter), isOver)
  const nodes = collection.nodes.value
  const counts = useQuery(OrdersCountsDocument, filter, { of: tally(useSettled(nodes, 400)), everyMs: 30_000 })
  const feed = {
    next: ({ purchaseOrders: { purchaseOrder } }: OrdersFeedSubscription) =>
      collection.take(purchaseOrder, isOf(purchaseOrder, filter)), // what leaves the filter is sent once more
  }
  useLive(OrdersFeedDocument, filter, feed, { isQuiet: true }) // where nothing is open, nothing arrives
  useEffect(() => {
    if (page.data)
      for (const part of [page.data.open, page.data.received, page.data.cancelled])
        part.nodes.forEach((card) => void collection.take(card))
  }, [page.data, collection])

  const typed = search.get('q') ?? ''
  const cards = useMemo(() => found([...nodes.values()], typed), [nodes, typed])
  const openCreate = (isOpen: boolean) => {
    setCreating(isOpen)
    if (!isOpen) setSearch({ new: null })
  }
  const here = (state: (typeof STATES)[number]) => cards.filter((card) => card.state === state)
  const isFiltered = typed !== '' || filter.supplier !== null || filter.location !== null || origin !== 'all'
  return (
    <>
      <PageHeader title={shell.pages.orders} hint={text.hint}>
        {may('PURCHASING_WRITE') && (
          <Button kind="primary" icon="plus" onClick={() => openCreate(true)}>
            {text.create}
          </Button>
        )}
      </PageHeader>
      <div class={styles.filters}>
        <TextField type="search" label={text.search} value={typed} onValue={(q) => setSearch({ q })} />
        <SupplierPicker value={filter.supplier} onValue={(supplier) => setSearch({ supplier })} />
        <LocationPicker value={filter.location} onValue={(location) => setSearch({ location })} />
        <SelectField<Origin>
          label={text.origin}
          value={origin}
          onValue={(name) => setSearch({ origin: name === 'all' ? null : name })}
          options={(['all', 'automatic', 'manual'] as const).map((name) => [name, text.origins[name]] as const)}
        />
        <SelectField<View>
          label={text.views}
          value={view}
          onValue={(name) => setSearch({ view: name === 'board' ? null : name })}
          options={(['board', 'list'] as const).map((name) => [name, text.view[name]] as const)}
        />
      </div>
      <Loaded query={page} lines={8}>
        {() => {
          if (nodes.size === 0 && !isFiltered)
            return (
              <Empty icon="orders" title={text.emptyTitle}>
                {text.emptyHint}
              </Empty>
            )
          if (cards.length === 0) return <Empty icon="filter" title={text.noneFit} />
          if (view === 'list')
            return (
              <Panel title={shell.pages.orders} hint={units(cards.length)} isFlush>
                <Table label={shell.pages.orders} columns={COLUMNS} rows={cards} keyOf={({ id }) => id} />
              </Panel>
            )
          return (
            <Board<Card>
              label={shell.pages.orders}
              keyOf={({ id }) => id}
              versionOf={({ version }) => version}
              titleOf={titleOf}
              hrefOf={({ id }) => to('orders', id)}
              columns={STATES.map((state) => ({
                id: state,
                title: states.orders[state],
                icon: ORDER_LOOKS[state].icon,
                cards: here(state),
                count: typed
                  ? here(state).length
                  : counts.data && Math.max(counts.data[state].totalCount, here(state).length),
              }))}
            >
              {(card) => <Content card={card} />}
            </Board>
          )
        }}
      </Loaded>
      {isCreating && <CreateDialog onClose={() => openCreate(false)} />}
    </>
  )
}
