// All suppliers: their terms, and how long their deliveries really take.
import { useMemo, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { inDays, money, share, units } from '../../format/number'
import {
  SuppliersOpenDocument,
  SuppliersPageDocument,
  type SuppliersPageQuery,
  type SupplierTimesFragment,
} from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import { shell } from '../../text/shell'
import { suppliers as text } from '../../text/suppliers'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import styles from '../../ui/Cards.module.css'
import { SelectField, TextField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table, wholeRow } from '../../ui/Table'
import { useSettled } from '../../ui/useSettled'
import { SupplierDialog } from './SupplierDialogs'

type Supplier = SuppliersPageQuery['suppliers']['nodes'][number]

/** Return things by the code of their supplier. */
function bySupplier<Thing extends { supplier: { code: string } }>(things: readonly Thing[]): Map<string, Thing[]> {
  const found = new Map<string, Thing[]>()
  for (const thing of things) found.set(thing.supplier.code, [...(found.get(thing.supplier.code) ?? []), thing])
  return found
}

/** A real lead time beside the promised one: said in words where it is longer. */
export function RealDays({ times, promised }: { times: SupplierTimesFragment; promised: number }) {
  if (times.meanDays == null) return <span class="muted">–</span>
  const isLonger = times.meanDays > promised + 0.5
  return isLonger ? (
    <Badge tone="warn" icon="warning">
      {inDays(times.meanDays)}
    </Badge>
  ) : (
    <span>{inDays(times.meanDays)}</span>
  )
}

/** The share of deliveries that came on the day on which they were expected or before. */
export function OnTime({ times }: { times: SupplierTimesFragment }) {
  return times.onTimeShare == null ? <span class="muted">–</span> : <span>{share(times.onTimeShare)}</span>
}

export function SupplierList() {
  const { search } = place.value
  const isArchived = search.get('shown') === 'archived'
  const typed = search.get('q') ?? ''
  const wanted = useSettled(typed.trim())
  const [afters, setAfters] = useState<readonly string[]>([]) // where the pages begin, up to the one that is shown
  const query = useQuery(SuppliersPageDocument, { search: wanted || null, isArchived, after: afters.at(-1) ?? null })
  const open = useQuery(SuppliersOpenDocument, {}, { everyMs: 30_000 })
  const orders = useMemo(() => bySupplier(open.data?.purchaseOrders.nodes ?? []), [open.data])
  const isCut = open.data ? open.data.purchaseOrders.totalCount > open.data.purchaseOrders.nodes.length : false
  const openOf = (code: string) =>
    open.data ? `${units(orders.get(code)?.length ?? 0)}${isCut ? '+' : ''}` : <span class="muted">–</span>
  const [isCreating, setCreating] = useState(false)
  const columns: Column<Supplier>[] = [
    {
      id: 'name',
      title: text.columns.name,
      isMain: true,
      cell: ({ name, code }) => (
        <>
          <a class={wholeRow} href={to('suppliers', code)}>
            {name}
          </a>
          <span class={styles.sub}>{code}</span>
        </>
      ),
    },
    { id: 'offers', title: text.columns.offers, isNumber: true, cell: ({ items }) => units(items.totalCount) },
    {
      id: 'lead',
      title: text.columns.lead,
      isNumber: true,
      cell: ({ leadTimeDays }) => inDays(leadTimeDays),
    },
    {
      id: 'real',
      title: text.columns.real,
      isNumber: true,
      cell: ({ leadTimes, leadTimeDays }) => <RealDays times={leadTimes} promised={leadTimeDays} />,
    },
    {
      id: 'late',
      title: text.columns.late,
      isNumber: true,
      cell: ({ leadTimes }) => <OnTime times={leadTimes} />,
    },
    { id: 'open', title: text.columns.open, isNumber: true, cell: ({ code }) => openOf(code) },
    {
      id: 'minimum',
      title: text.columns.minimum,
      isNumber: true,
      cell: ({ minimumOrderValue }) => money(minimumOrderValue) || <span class="muted">–</span>,
    },
    { id: 'auto', title: text.columns.auto, cell: ({ autoSubmit }) => (autoSubmit ? text.auto.on : text.auto.off) },
  ]
  return (
    <>
      <PageHeader title={shell.pages.suppliers} hint={text.hint}>
        {may('PURCHASING_WRITE') && (
          <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
            {text.create}
          </Button>
        )}
      </PageHeader>
      <div class={styles.filters}>
        <TextField type="search" label={text.search} value={typed} onValue={(q) => (setAfters([]), setSearch({ q }))} />
        <SelectField<'active' | 'archived'>
          label={text.shown}
          value={isArchived ? 'archived' : 'active'}
          onValue={(name) => (setAfters([]), setSearch({ shown: name === 'active' ? null : name }))}
          options={(['active', 'archived'] as const).map((name) => [name, text.shownOnes[name]] as const)}
        />
      </div>
      <Loaded query={query} lines={6}>
        {({ suppliers: { nodes, totalCount, pageInfo } }) => {
          if (totalCount === 0 && !isArchived && wanted === '')
            return (
              <Empty icon="suppliers" title={text.emptyTitle}>
                {text.emptyHint}
              </Empty>
            )
          if (nodes.length === 0) return <Empty icon="filter" title={text.noneFit} />
          return (
            <Panel title={shell.pages.suppliers} hint={units(totalCount)} isFlush>
              <Table label={shell.pages.suppliers} columns={columns} rows={nodes} keyOf={({ id }) => id} />
              {(afters.length > 0 || pageInfo.hasNextPage) && (
                <p class={styles.pages}>
                  <Button disabled={afters.length === 0} onClick={() => setAfters(afters.slice(0, -1))}>
                    {text.previous}
                  </Button>
                  <Button disabled={!pageInfo.hasNextPage} onClick={() => setAfters([...afters, pageInfo.endCursor!])}>
                    {text.next}
                  </Button>
                </p>
              )}
            </Panel>
          )
        }}
      </Loaded>
      {isCreating && (
        <SupplierDialog onClose={() => setCreating(false)} onDone={() => (setCreating(false), query.refetch())} />
      )}
    </>
  )
}
