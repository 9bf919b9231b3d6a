// One item: where it is, how it went, what is open for it, and what it is replenished by.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may, type Scope } from '../../api/session'
import { type ItemFactsFragment, ItemPageDocument } from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import type { PageProps } from '../../shell/routes'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'
import { Badge } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { SelectField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { Empty, Loaded, Skeleton } from '../../ui/States'
import { Tabs } from '../../ui/Tabs'
import { ArchiveDialog } from './ArchiveDialog'
import { OffersTab, OrdersTab, ReservationsTab } from './Documents'
import { EditDialog } from './EditDialog'
import { Figures } from './Figures'
import { HistoryPanel } from './HistoryPanel'
import styles from './Item.module.css'
import { LedgerTab } from './LedgerTab'
import { LevelsPanel } from './LevelsPanel'
import { PolicyTab } from './PolicyTab'
import { useItemLevels } from './useItemLevels'

type Facts = ItemFactsFragment
type TabName = keyof typeof text.tabs

const TABS: readonly { id: TabName; scope: Scope | null }[] = [
  { id: 'stock', scope: null },
  { id: 'ledger', scope: null },
  { id: 'reservations', scope: 'ORDERS_READ' },
  { id: 'orders', scope: 'PURCHASING_READ' },
  { id: 'offers', scope: 'PURCHASING_READ' },
  { id: 'policy', scope: null },
]

const MANY = 10 // levels, below which nobody would find the plot

const PLACED: ReadonlySet<TabName> = new Set(['stock', 'ledger', 'policy'])

export default function Item({ path }: PageProps) {
  const [sku] = path
  if (!sku) return <Missing />
  return <ItemOf key={sku} sku={sku} />
}

function Missing() {
  return (
    <Empty icon="search" title={text.missing}>
      <p>{text.missingHint}</p>
      <ButtonLink href={to('stock')}>{text.toStock}</ButtonLink>
    </Empty>
  )
}

function ItemOf({ sku }: { sku: string }) {
  const query = useQuery(ItemPageDocument, { sku })
  return (
    <Loaded query={query} lines={10}>
      {({ item }) => (item ? <Known item={item} onChanged={query.refetch} /> : <Missing />)}
    </Loaded>
  )
}

function Known({ item, onChanged }: { item: Facts; onChanged(): void }) {
  const { sku } = item
  const { levels, pulse } = useItemLevels(sku)
  const { search } = place.value
  const asked = search.get('location')
  const location = levels?.find((level) => level.location.code === asked)?.location.code ?? null
  const placed = levels?.find((level) => level.location.code === location) ?? levels?.[0] // a policy is that of one level
  const plot = levels && levels.length > 0 && <HistoryPanel sku={sku} levels={levels} location={location} />
  const isMany = levels !== undefined && levels.length > MANY
  const tabs = TABS.filter(({ scope }) => scope === null || may(scope))
  const tab = tabs.find(({ id }) => id === search.get('tab'))?.id ?? 'stock'
  return (
    <div class={styles.page}>
      <Head item={item} onChanged={onChanged} />
      <Figures item={item} levels={levels} />
      <Tabs
        label={item.name}
        tabs={tabs.map(({ id }) => ({ id, title: text.tabs[id] }))}
        value={tab}
        onValue={(id) => setSearch({ tab: id === 'stock' ? null : id })}
      >
        {PLACED.has(tab) && levels && levels.length > 1 && (
          <div class={styles.switch}>
            <SelectField
              label={common.location}
              value={(tab === 'policy' ? placed?.location.code : location) ?? ''}
              options={[
                ...(tab === 'policy' ? [] : [['', text.allLocations] as const]),
                ...levels.map((level) => [level.location.code, level.location.code] as const),
              ]}
              onValue={(code) => setSearch({ location: code })}
            />
          </div>
        )}
        {tab === 'stock' && (
          <div class={styles.panels}>
            {isMany && plot}
            {levels ? <LevelsPanel levels={levels} /> : <Skeleton />}
            {!isMany && plot}
          </div>
        )}
        {tab === 'ledger' && <LedgerTab sku={sku} location={location} />}
        {tab === 'reservations' && <ReservationsTab sku={sku} pulse={pulse} />}
        {tab === 'orders' && <OrdersTab sku={sku} pulse={pulse} />}
        {tab === 'offers' && <OffersTab sku={sku} />}
        {tab === 'policy' &&
          levels &&
          (placed ? (
            <PolicyTab key={placed.id} level={placed} pulse={pulse} />
          ) : (
            <Empty icon="stock" title={text.noLevels}>
              {text.noLevelsHint}
            </Empty>
          ))}
      </Tabs>
    </div>
  )
}

function Head({ item, onChanged }: { item: Facts; onChanged(): void }) {
  const [dialog, setDialog] = useState<'edit' | 'archive'>()
  const close = () => setDialog(undefined)
  const changed = () => {
    close()
    onChanged()
  }
  return (
    <>
      <PageHeader
        title={item.name}
        hint={
          <span class={styles.facts}>
            <span>{item.sku}</span>
            {item.category && (
              <a href={`${to('stock')}?category=${encodeURIComponent(item.category)}`}>{item.category}</a>
            )}
            {item.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
            {item.isArchived && (
              <Badge tone="warn" icon="info">
                {stock.archived}
              </Badge>
            )}
          </span>
        }
      >
        {may('CATALOG_WRITE') && (
          <>
            <Button icon="edit" onClick={() => setDialog('edit')}>
              {text.edit}
            </Button>
            <Button onClick={() => setDialog('archive')}>{item.isArchived ? text.restore : text.archive}</Button>
          </>
        )}
      </PageHeader>
      {dialog === 'edit' && <EditDialog item={item} onClose={close} onDone={changed} />}
      {dialog === 'archive' && <ArchiveDialog item={item} onClose={close} onDone={changed} />}
    </>
  )
}
