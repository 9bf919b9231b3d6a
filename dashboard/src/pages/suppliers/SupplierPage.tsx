// One supplier: what it offers, how long deliveries take against what is promised, and what is on order.
import { useEffect, useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { inDays, money, units } from '../../format/number'
import { date } from '../../format/time'
import {
  SuppliersOneDocument,
  type SuppliersOneQuery,
  SuppliersOrdersDocument,
  SuppliersOrdersFeedDocument,
  type SuppliersOrdersQuery,
  SuppliersReceivedDocument,
  SuppliersUpsertDocument,
  type SupplierTermsFragment,
} from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import { orders } from '../../text/orders'
import { suppliers as text } from '../../text/suppliers'
import { Badge } from '../../ui/Badge'
import { Bars } from '../../ui/Bars'
import { Button, ButtonLink, IconButton } from '../../ui/Button'
import styles from '../../ui/Cards.module.css'
import { Fact, Facts } from '../../ui/Facts'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { OrderBadge } from '../../ui/StateBadges'
import { Empty, Failed, Loaded } from '../../ui/States'
import { type Column, Table, wholeRow } from '../../ui/Table'
import { Tabs } from '../../ui/Tabs'
import { tell } from '../../ui/Toasts'
import { deliveriesOf } from './leadTimes'
import { ArchiveDialog, OfferDialog, RemoveOfferDialog, SupplierDialog } from './SupplierDialogs'
import { OnTime, RealDays } from './SupplierList'

type Supplier = NonNullable<SuppliersOneQuery['supplier']>
export type Offer = Supplier['items']['nodes'][number]
export type Terms = SupplierTermsFragment
type Order = SuppliersOrdersQuery['purchaseOrders']['nodes'][number]
type Section = 'offers' | 'times' | 'orders'
type Doing = { what: 'edit' | 'archive' | 'add' } | { what: 'offer' | 'remove'; offer: Offer }

const SECTIONS: readonly Section[] = ['offers', 'times', 'orders']
const DRAWN = 20
const ENOUGH = 3 // deliveries, to say what is usual

export function SupplierPage({ code }: { code: string }) {
  const query = useQuery(SuppliersOneDocument, { code })
  return (
    <>
      <p class={styles.back}>
        <a href={to('suppliers')}>← {text.back}</a>
      </p>
      <Loaded query={query} lines={8}>
        {({ supplier }) =>
          supplier ? (
            <Shown supplier={supplier} onChanged={query.refetch} />
          ) : (
            <Empty icon="suppliers" title={text.notFound} />
          )
        }
      </Loaded>
    </>
  )
}

function Shown({ supplier, onChanged }: { supplier: Supplier; onChanged(): void }) {
  const [doing, setDoing] = useState<Doing>()
  const open = useQuery(SuppliersOrdersDocument, { supplier: supplier.code })
  const received = useQuery(SuppliersReceivedDocument, { supplier: supplier.code })
  const [turn, setTurn] = useState(0)
  useLive(
    SuppliersOrdersFeedDocument,
    { supplier: supplier.code },
    { next: () => setTurn((count) => count + 1) },
    { isQuiet: true },
  )
  useEffect(() => {
    if (turn === 0) return undefined
    const timer = setTimeout(() => (open.refetch(), received.refetch(), onChanged()), 500) // what changes together is read once
    return () => clearTimeout(timer)
  }, [turn])
  const section = SECTIONS.find((name) => name === place.value.search.get('section')) ?? 'offers'
  const deliveries = deliveriesOf(received.data?.purchaseOrders.nodes ?? [])
  const times = supplier.leadTimes
  const canWrite = may('PURCHASING_WRITE')
  const close = () => setDoing(undefined)
  const done = () => (close(), onChanged())
  return (
    <>
      <PageHeader
        title={supplier.name}
        hint={
          <span class={styles.badges}>
            {supplier.code}
            {supplier.isArchived && <Badge icon="close">{text.archived}</Badge>}
          </span>
        }
      >
        {canWrite && (
          <Button icon="edit" onClick={() => setDoing({ what: 'edit' })}>
            {text.edit}
          </Button>
        )}
        {canWrite && (
          <Button
            kind={supplier.isArchived ? 'plain' : 'danger'}
            icon={supplier.isArchived ? 'undo' : 'close'}
            onClick={() => setDoing({ what: 'archive' })}
          >
            {supplier.isArchived ? text.restore : text.archive}
          </Button>
        )}
        {canWrite && !supplier.isArchived && (
          <ButtonLink
            kind="primary"
            icon="plus"
            href={`${to('orders')}?new=1&supplier=${encodeURIComponent(supplier.code)}`}
          >
            {text.newOrder}
          </ButtonLink>
        )}
      </PageHeader>
      <div class={styles.facts}>
        <Facts>
          <Fact name={text.leadTime}>{inDays(supplier.leadTimeDays)}</Fact>
          <Fact name={text.real}>
            {times.orders > 0 && (
              <>
                <RealDays times={times} promised={supplier.leadTimeDays} />
                <span class={styles.sub}>{text.realHint(units(times.orders))}</span>
              </>
            )}
          </Fact>
          <Fact name={text.late}>{times.onTimeShare != null && <OnTime times={times} />}</Fact>
          <Fact name={text.minimumValue}>{money(supplier.minimumOrderValue)}</Fact>
          <Fact name={text.orderingCost}>{money(supplier.orderingCost)}</Fact>
          <Fact name={text.email}>
            {supplier.email && (
              <a href={`mailto:${supplier.email}`} data-leaves>
                {supplier.email}
              </a>
            )}
          </Fact>
          <Fact name={text.columns.auto}>{supplier.autoSubmit ? text.auto.on : text.auto.off}</Fact>
        </Facts>
      </div>
      <Tabs
        label={text.sections}
        value={section}
        onValue={(name) => setSearch({ section: name === 'offers' ? null : name })}
        tabs={[
          { id: 'offers', title: text.tabs.offers, count: supplier.items.totalCount },
          { id: 'times', title: text.tabs.times, count: times.orders },
          { id: 'orders', title: text.tabs.orders, count: open.data?.purchaseOrders.totalCount },
        ]}
      >
        {section === 'offers' && <Offers supplier={supplier} onDo={setDoing} />}
        {section === 'times' && (
          <Loaded query={received}>
            {() => <LeadTimes supplier={supplier} deliveries={deliveries} onChanged={onChanged} />}
          </Loaded>
        )}
        {section === 'orders' && (
          <Loaded query={open}>
            {({ purchaseOrders }) => <OpenOrders code={supplier.code} found={purchaseOrders} />}
          </Loaded>
        )}
      </Tabs>
      {doing?.what === 'edit' && <SupplierDialog supplier={supplier} onClose={close} onDone={done} />}
      {doing?.what === 'archive' && <ArchiveDialog supplier={supplier} onClose={close} onDone={done} />}
      {doing?.what === 'add' && <OfferDialog supplier={supplier} onClose={close} onDone={done} />}
      {doing?.what === 'offer' && <OfferDialog supplier={supplier} offer={doing.offer} onClose={close} onDone={done} />}
      {doing?.what === 'remove' && (
        <RemoveOfferDialog supplier={supplier} offer={doing.offer} onClose={close} onDone={done} />
      )}
    </>
  )
}

function Offers({ supplier, onDo }: { supplier: Supplier; onDo(doing: Doing): void }) {
  const { nodes, totalCount } = supplier.items
  const canWrite = may('PURCHASING_WRITE')
  const add = canWrite && (
    <Button icon="plus" onClick={() => onDo({ what: 'add' })}>
      {text.addOffer}
    </Button>
  )
  const columns: Column<Offer>[] = [
    {
      id: 'item',
      title: text.columns.item,
      isMain: true,
      cell: ({ item, isPreferred }) => (
        <>
          <a href={to('items', item.sku)}>{item.name}</a>{' '}
          {isPreferred && (
            <Badge tone="good" icon="check">
              {text.preferred}
            </Badge>
          )}
          <span class={styles.sub}>{item.sku}</span>
        </>
      ),
    },
    {
      id: 'cost',
      title: text.columns.cost,
      isNumber: true,
      cell: ({ unitCost }) => money(unitCost) || <span class="muted">–</span>,
    },
    { id: 'pack', title: text.columns.pack, isNumber: true, cell: ({ packSize }) => units(packSize) },
    { id: 'least', title: text.columns.least, isNumber: true, cell: ({ minimumQuantity }) => units(minimumQuantity) },
    {
      id: 'lead',
      title: text.columns.leadTime,
      isNumber: true,
      cell: ({ leadTimeDays }) =>
        leadTimeDays == null ? <span class="muted">{text.ofSupplier}</span> : inDays(leadTimeDays),
    },
    { id: 'own', title: text.columns.own, cell: ({ supplierSku }) => supplierSku },
    ...(canWrite
      ? [
          {
            id: 'actions',
            title: text.columns.actions,
            isTitleHidden: true,
            cell: (offer: Offer) => (
              <>
                <IconButton
                  icon="edit"
                  label={text.editOffer(offer.item.name)}
                  onClick={() => onDo({ what: 'offer', offer })}
                />
                <IconButton
                  icon="close"
                  label={`${text.removeOffer}: ${offer.item.name}`}
                  onClick={() => onDo({ what: 'remove', offer })}
                />
              </>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title={text.tabs.offers}
      hint={nodes.length < totalCount ? text.takeItems(units(nodes.length), units(totalCount)) : units(totalCount)}
      actions={add}
      isFlush
    >
      {nodes.length === 0 ? (
        <Empty icon="stock" title={text.noOffers}>
          {text.noOffersHint}
        </Empty>
      ) : (
        <Table label={text.tabs.offers} columns={columns} rows={nodes} keyOf={({ id }) => id} />
      )}
    </Panel>
  )
}

function LeadTimes({
  supplier,
  deliveries,
  onChanged,
}: {
  supplier: Supplier
  deliveries: ReturnType<
    typeof deliveriesOf<{ id: string; reference?: string | null; location: { name: string }; closedAt?: string | null }>
  >
  onChanged(): void
}) {
  const times = supplier.leadTimes
  const set = useAction((leadTimeDays: number, key) =>
    mutate(SuppliersUpsertDocument, { input: { code: supplier.code, leadTimeDays, idempotencyKey: key } }),
  )
  if (times.meanDays == null)
    return (
      <Empty icon="clock" title={text.noTimes}>
        {text.noTimesHint}
      </Empty>
    )
  const usual = Math.round(times.meanDays)
  const adopt = async () => {
    if (!(await set.run(usual))) return
    tell(text.saved)
    onChanged()
  }
  return (
    <Panel
      title={text.timesTitle}
      hint={`${text.real}: ${inDays(times.meanDays)}, ${text.worst}: ${inDays(times.slowestDays ?? 0)}`}
      actions={
        may('PURCHASING_WRITE') &&
        times.orders >= ENOUGH &&
        usual !== supplier.leadTimeDays && (
          <Button onClick={adopt} isBusy={set.isBusy} title={text.setLeadHint}>
            {text.setLead(inDays(usual))}
          </Button>
        )
      }
    >
      {set.problem && <Failed problem={set.problem} />}
      <Bars
        label={text.timesTitle}
        bars={deliveries.slice(0, DRAWN).map(({ order, days, promised, late }) => ({
          key: order.id,
          label: (
            <>
              <a href={to('orders', order.id)}>{order.reference ?? order.location.name}</a>{' '}
              <span class="muted">{date(order.closedAt!)}</span>
            </>
          ),
          value: days,
          text: (
            <>
              {text.barOf(inDays(days), promised === null ? '–' : inDays(Math.round(promised)))} ·{' '}
              {late > 0 ? text.daysLate(inDays(late)) : text.onTime}
            </>
          ),
          tone: late > 0 ? 'warn' : 'good',
        }))}
      />
    </Panel>
  )
}

const ORDER_COLUMNS: readonly Column<Order>[] = [
  {
    id: 'order',
    title: orders.columns.order,
    isMain: true,
    cell: ({ id, reference, supplier, location }) => (
      <>
        <a class={wholeRow} href={to('orders', id)}>
          {reference ?? supplier.name}
        </a>
        <span class={styles.sub}>→ {location.name}</span>
      </>
    ),
  },
  { id: 'state', title: orders.columns.state, cell: ({ state }) => <OrderBadge state={state} /> },
  {
    id: 'value',
    title: orders.columns.value,
    isNumber: true,
    cell: ({ value, unvaluedUnits }) => (
      <span title={unvaluedUnits > 0 ? orders.unvalued(units(unvaluedUnits)) : undefined}>
        {money(value)}
        {unvaluedUnits > 0 && ' +'}
      </span>
    ),
  },
  {
    id: 'expected',
    title: orders.columns.expected,
    cell: ({ expectedAt }) => (expectedAt ? date(expectedAt) : <span class="muted">–</span>),
  },
]

function OpenOrders({ code, found }: { code: string; found: SuppliersOrdersQuery['purchaseOrders'] }) {
  const { nodes, totalCount } = found
  if (totalCount === 0) return <Empty icon="orders" title={text.noOrders} />
  return (
    <Panel
      title={text.openOrders}
      hint={nodes.length < totalCount ? text.newestOrders(units(nodes.length), units(totalCount)) : units(totalCount)}
      actions={
        <ButtonLink kind="quiet" href={`${to('orders')}?supplier=${encodeURIComponent(code)}`}>
          {text.allOrders}
        </ButtonLink>
      }
      isFlush
    >
      <Table label={text.openOrders} columns={ORDER_COLUMNS} rows={nodes} keyOf={({ id }) => id} />
    </Panel>
  )
}
