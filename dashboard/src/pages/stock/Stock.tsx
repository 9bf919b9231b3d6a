// All levels of stock in one table, as they are now.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { viewer } from '../../api/session'
import { compact, money, units } from '../../format/number'
import { type StockLevelOrder, StockTotalsDocument, type StockTotalsSubscription } from '../../gql/graphql'
import { go, place, setSearch, to } from '../../shell/location'
import { common } from '../../text/common'
import { shell } from '../../text/shell'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import { Dropdown, Ticks } from '../../ui/Dropdown'
import { PageHeader } from '../../ui/PageHeader'
import { Empty, Failed, Skeleton } from '../../ui/States'
import { Selection } from '../../ui/selection'
import { VirtualTable } from '../../ui/VirtualTable'
import { COLUMNS, chosenColumns, keepColumns } from './columns'
import { FilterBar } from './FilterBar'
import { countOf, type Filters, filtersOf, orderOf, searchOf, whereOf } from './filters'
import { type LevelRow, Levels } from './levels'
import styles from './Stock.module.css'

type Totals = StockTotalsSubscription['inventorySummary']['summary']['totals']

const ROW = 44

/** The levels of filters, from the first on whenever `turn` changes. */
function useLevels(filters: Filters, orderBy: StockLevelOrder, turn: number): Levels {
  const key = JSON.stringify([filters, orderBy, turn])
  const levels = useMemo(() => new Levels(filters, orderBy), [key])
  useEffect(() => {
    levels.look(0, 0)
    return () => levels.close()
  }, [levels])
  return levels
}

function useTotals(filters: Filters): Totals | undefined {
  const [found, setFound] = useState<{ key: string; totals: Totals }>()
  const filter = whereOf(filters)
  const key = JSON.stringify(filter)
  useLive(
    StockTotalsDocument,
    { filter },
    { next: ({ inventorySummary }) => setFound({ key, totals: inventorySummary.summary.totals }) },
  )
  return found?.key === key ? found.totals : undefined
}

function Figures({ totals }: { totals: Totals | undefined }) {
  const figures: [string, string][] = totals
    ? [
        [stock.levels, units(totals.levels)],
        [common.onHand, compact(totals.onHand)],
        [common.available, compact(totals.available)],
        [stock.low, units(totals.lowLevels)],
        [stock.out, units(totals.outLevels)],
        [common.value, money(totals.onHandValue)],
      ]
    : []
  return (
    <dl class={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function News({ levels, totals, onShow }: { levels: Levels; totals: Totals | undefined; onShow(): void }) {
  const count = levels.rows.count.value
  const left = levels.left.value
  const more = count === undefined || !totals ? 0 : Math.max(0, totals.levels - (count - left))
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    setSettled(false)
    const timer = setTimeout(() => setSettled(true), 3_000) // sums are read again a moment after rows
    return () => clearTimeout(timer)
  }, [more, left, levels])
  if (!isSettled || more + left === 0) return null
  return (
    <div class={styles.news} role="status">
      {stock.news(more ? units(more) : '', left ? units(left) : '')}
      <Button onClick={onShow}>{stock.show}</Button>
    </div>
  )
}

export default function Stock() {
  const { search } = place.value
  const filters = filtersOf(search)
  const orderBy = orderOf(search)
  const [turn, setTurn] = useState(0)
  const levels = useLevels(filters, orderBy, turn)
  const totals = useTotals(filters)
  const selection = useMemo(() => new Selection<LevelRow>(), [])
  const who = viewer.value?.name ?? ''
  const [chosen, setChosen] = useState(() => chosenColumns(who))
  const columns = useMemo(() => COLUMNS.filter(({ id }) => chosen.includes(id)), [chosen])

  useEffect(() => selection.clear(), [levels])

  const choose = (ids: string[]) => {
    setChosen([COLUMNS[0]!.id, ...ids])
    keepColumns(who, ids)
  }
  return (
    <div class={styles.page}>
      <PageHeader title={shell.pages.stock}>
        <Dropdown label={stock.columns} icon="columns" end>
          <Ticks
            options={COLUMNS.slice(1).map(({ id, head }) => [id, head] as const)}
            chosen={chosen}
            onChosen={choose}
          />
        </Dropdown>
      </PageHeader>
      <FilterBar filters={filters} />
      <div class={styles.strip}>
        <Figures totals={totals} />
        <News levels={levels} totals={totals} onShow={() => setTurn(turn + 1)} />
      </div>
      <Table levels={levels} filters={filters} orderBy={orderBy} columns={columns} selection={selection} />
    </div>
  )
}

function Table({
  levels,
  filters,
  orderBy,
  columns,
  selection,
}: {
  levels: Levels
  filters: Filters
  orderBy: StockLevelOrder
  columns: typeof COLUMNS
  selection: Selection<LevelRow>
}) {
  void levels.rows.revision.value // rendered again when rows have changed
  const count = levels.rows.count.value
  const problem = levels.rows.problem.value
  const look = useRef<(first: number, last: number) => void>(undefined)
  look.current = (first, last) => levels.look(first, last)
  const view = useMemo(() => (first: number, last: number) => look.current?.(first, last), [])
  if (count === undefined)
    return problem ? <Failed problem={problem} onRetry={() => levels.look(0, 0)} /> : <Skeleton lines={12} />
  if (count === 0) return <Nothing filters={filters} />
  return (
    <>
      {problem && <Failed problem={problem} onRetry={() => levels.rows.refresh()} />}
      <VirtualTable
        label={stock.table}
        class={styles.table}
        columns={columns}
        count={count}
        rowAt={(index) => levels.rows.at(index)}
        rowHeight={ROW}
        selection={selection}
        sort={{ column: orderBy, isDescending: false }}
        onSort={(column) => setSearch({ sort: column === 'SKU' ? null : column.toLowerCase() })}
        onView={view}
        onOpen={(row) => go(to('items', row.item.sku))}
        nameOf={(row) => `${row.item.name}, ${row.location.code}`}
        isFaded={(row) => row.hasLeft === true}
      />
    </>
  )
}

function Nothing({ filters }: { filters: Filters }) {
  if (countOf(filters) === 0)
    return (
      <Empty icon="stock" title={stock.noneTitle}>
        {stock.noneHint}
      </Empty>
    )
  const clear = () => setSearch(Object.fromEntries(Object.keys(searchOf(filters)).map((name) => [name, null])))
  return (
    <Empty icon="search" title={stock.noMatch}>
      <p>{stock.noMatchHint}</p>
      <Button onClick={clear}>{stock.clear}</Button>
    </Empty>
  )
}
