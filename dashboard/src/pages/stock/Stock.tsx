// All levels of stock in one table, as they are now.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { may, viewer } from '../../api/session'
import { go, place, setSearch, to } from '../../shell/location'
import { levels as levelsText } from '../../text/levels'
import { shell } from '../../text/shell'
import { stock } from '../../text/stock'
import { Button, IconButton } from '../../ui/Button'
import { Dropdown, Ticks } from '../../ui/Dropdown'
import { PageHeader } from '../../ui/PageHeader'
import { Empty, Failed, Skeleton } from '../../ui/States'
import { Selection } from '../../ui/selection'
import { NARROW, useMedia } from '../../ui/useMedia'
import { type Column, VirtualTable } from '../../ui/VirtualTable'
import { COLUMNS, chosenColumns, keepColumns, narrowed, type StockColumn } from './columns'
import { type ActionName, LevelAction } from './Dialogs'
import { ExportDialog } from './ExportDialog'
import { Figures, News, useTotals } from './Figures'
import { clear, FilterBar } from './FilterBar'
import { countOf, type Filters, filtersOf, type Order, orderOf, sortedBy } from './filters'
import type { LevelRow } from './levelRow'
import { Levels } from './levels'
import { type MenuPlace, RowMenu } from './RowMenu'
import { SelectionBar } from './SelectionBar'
import styles from './Stock.module.css'

const ROW = 44
const CARD = 88
const MENU = 44
const ORDERS = COLUMNS.filter(({ isSortable }) => isSortable).map(({ id, head }) => [id, head] as const)

/** The levels of filters, from the first on whenever `turn` changes. */
function useLevels(filters: Filters, order: Order, turn: number): Levels {
  const key = JSON.stringify([filters, order, turn])
  const levels = useMemo(() => new Levels(filters, order), [key])
  useEffect(() => {
    levels.look(0, 0)
    return () => levels.close()
  }, [levels])
  return levels
}

export default function Stock() {
  const { search } = place.value
  const filters = filtersOf(search)
  const order = orderOf(search)
  const [turn, setTurn] = useState(0)
  const levels = useLevels(filters, order, turn)
  const totals = useTotals(filters)
  const selection = useMemo(() => new Selection<LevelRow>(), [])
  const who = viewer.value?.name ?? ''
  const [chosen, setChosen] = useState(() => chosenColumns(who))
  const columns = useMemo(() => COLUMNS.filter(({ id }) => chosen.includes(id)), [chosen])
  const [menu, setMenu] = useState<MenuPlace>()
  const [action, setAction] = useState<{ name: ActionName; rows: readonly LevelRow[] }>()
  const [isExporting, setExporting] = useState(false)
  const selected = selection.rows.value

  useEffect(() => selection.clear(), [levels])

  const choose = (ids: string[]) => {
    setChosen([COLUMNS[0]!.id, ...ids])
    keepColumns(who, ids)
  }
  const act = (name: ActionName, rows: Iterable<LevelRow>) =>
    setAction({ name, rows: [...rows].map((row) => levels.rows.find(row.id) ?? row) })
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
        <Button icon="export" onClick={() => setExporting(true)}>
          {levelsText.export}
        </Button>
      </PageHeader>
      <FilterBar filters={filters} order={order} orders={ORDERS} />
      <div class={styles.strip}>
        {selected.size > 0 ? (
          <SelectionBar
            selection={selection}
            total={levels.rows.count.value ?? 0}
            filters={filters}
            order={order}
            onAction={(name) => act(name, selected.values())}
          />
        ) : (
          <Figures totals={totals} />
        )}
        <News levels={levels} totals={totals} onShow={() => setTurn(turn + 1)} />
      </div>
      <Table {...{ levels, filters, order, columns, selection }} onMenu={setMenu} />
      {menu && <RowMenu {...menu} onAction={(name) => act(name, [menu.row])} onClose={() => setMenu(undefined)} />}
      {action && <LevelAction name={action.name} targets={action.rows} onClose={() => setAction(undefined)} />}
      {isExporting && <ExportDialog {...{ filters, order, columns }} onClose={() => setExporting(false)} />}
    </div>
  )
}

/** The button at the end of a row. */
function menuColumn(onMenu: (place: MenuPlace) => void): Column<LevelRow> {
  const below = (button: Element) => {
    const { left, bottom } = button.getBoundingClientRect()
    return { x: left, y: bottom }
  }
  return {
    id: 'menu',
    head: stock.actionsHead,
    width: MENU,
    isHeadHidden: true,
    isEnd: true,
    cell: (row) => (
      <IconButton
        icon="more"
        label={stock.actions(row.item.name)}
        tabIndex={-1}
        aria-haspopup="menu"
        onClick={(event) => onMenu({ row, at: below(event.currentTarget) })}
      />
    ),
  }
}

interface TableProps {
  levels: Levels
  filters: Filters
  order: Order
  columns: readonly StockColumn[]
  selection: Selection<LevelRow>
  onMenu(place: MenuPlace): void
}

function Table({ levels, filters, order, columns, selection, onMenu }: TableProps) {
  void levels.rows.revision.value // rendered again when rows have changed
  const count = levels.rows.count.value
  const problem = levels.rows.problem.value
  const look = useMemo(() => (first: number, last: number) => levels.look(first, last), [levels])
  const isNarrow = useMedia(NARROW)
  const all = useMemo(() => [...(isNarrow ? narrowed(columns) : columns), menuColumn(onMenu)], [columns, isNarrow])
  if (count === undefined)
    return problem ? <Failed problem={problem} onRetry={() => levels.look(0, 0)} /> : <Skeleton lines={12} />
  if (count === 0) return <Nothing filters={filters} />
  return (
    <>
      {problem && <Failed problem={problem} onRetry={() => levels.rows.refresh()} />}
      <VirtualTable
        key={levels}
        label={stock.table}
        class={styles.table}
        columns={all}
        count={count}
        rowAt={(index) => levels.rows.at(index)}
        rowHeight={isNarrow ? CARD : ROW}
        selection={may('STOCK_WRITE') ? selection : undefined}
        sort={{ column: order.by, isDescending: order.isDescending }}
        onSort={(column) => setSearch(sortedBy(column, order))}
        onView={look}
        onOpen={(row) => go(to('items', row.item.sku))}
        onMenu={(row, at) => onMenu({ row, at })}
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
  return (
    <Empty icon="search" title={stock.noMatch}>
      <p>{stock.noMatchHint}</p>
      <Button onClick={clear(filters)}>{stock.clear}</Button>
    </Empty>
  )
}
