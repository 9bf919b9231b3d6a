// The columns of the table: what each shows, and which ones a person has chosen.
import { money, units } from '../../format/number'
import { dateTime } from '../../format/time'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { stock } from '../../text/stock'
import { Ago } from '../../ui/Ago'
import { Badge, StatusBadge } from '../../ui/Badge'
import { classes } from '../../ui/classes'
import type { Column } from '../../ui/VirtualTable'
import type { Cell } from './csv'
import { Fitting } from './Fitting'
import type { LevelRow } from './levelRow'
import styles from './Stock.module.css'
import { Ticking } from './Ticking'
import { Trend } from './Trend'

/** A column of the table, and what it becomes in a file: none, one or several. */
export interface StockColumn extends Column<LevelRow> {
  exports: readonly { head: string; cell(row: LevelRow): Cell }[]
}

function Item({ row }: { row: LevelRow }) {
  const { sku, name, isArchived } = row.item
  return (
    <div class={styles.item}>
      <a class={styles.name} href={to('items', sku)} tabIndex={-1} title={name} dir="auto">
        {name}
      </a>
      <span class={styles.sku} title={sku}>
        <span>{sku}</span>
        {isArchived && <Badge>{stock.archived}</Badge>}
      </span>
    </div>
  )
}

/** On a phone: what a row is, and how it stands, in the one column that stays. */
function Card({ row }: { row: LevelRow }) {
  const { sku, name } = row.item
  return (
    <div class={styles.item}>
      <a class={classes(styles.name, styles.twoLines)} href={to('items', sku)} tabIndex={-1} title={name} dir="auto">
        {name}
      </a>
      <span class={styles.sku} title={`${sku} · ${row.location.code}`}>
        {sku} · {row.location.code}
      </span>
      <span>
        <StatusBadge status={row.status} />
      </span>
    </div>
  )
}

const quiet = (count: number) => <Fitting text={units(count)} class={count === 0 && 'muted'} />

const text = (head: string, cell: (row: LevelRow) => Cell) => ({ exports: [{ head, cell }] })

const number = (
  id: string,
  head: string,
  cell: (row: LevelRow) => number | null | undefined,
  width = 96,
): StockColumn => ({
  id,
  head,
  width,
  isNumber: true,
  ...text(head, cell),
  cell: (row) => {
    const value = cell(row)
    return value === null || value === undefined ? <span class="muted">–</span> : quiet(value)
  },
})

const worthOf = ({ item, onHand }: LevelRow) =>
  item.unitCost === null || item.unitCost === undefined ? null : Math.round(Number(item.unitCost) * onHand * 100) / 100

/** All columns, in the order in which they are shown. The first one always is. */
export const COLUMNS: readonly StockColumn[] = [
  {
    id: 'SKU',
    head: common.item,
    width: 188,
    grows: true,
    isSortable: true,
    cell: (row) => <Item row={row} />,
    exports: [
      { head: 'SKU', cell: (row) => row.item.sku },
      { head: common.item, cell: (row) => row.item.name },
    ],
  },
  {
    id: 'LOCATION',
    head: common.location,
    width: 112,
    isSortable: true,
    cell: (row) => <span title={row.location.code}>{row.location.code}</span>,
    ...text(common.location, (row) => row.location.code),
  },
  {
    id: 'STATUS',
    head: common.status,
    width: 116,
    isSortable: true,
    cell: (row) => <StatusBadge status={row.status} />,
    ...text(common.status, (row) => common.statuses[row.status]),
  },
  {
    id: 'AVAILABLE',
    head: common.available,
    width: 116,
    isNumber: true,
    isSortable: true,
    cell: (row) => <Ticking row={row} of="available" />,
    ...text(common.available, (row) => row.available),
  },
  {
    id: 'ON_HAND',
    head: common.onHand,
    width: 116,
    isNumber: true,
    isSortable: true,
    cell: (row) => <Ticking row={row} of="onHand" />,
    ...text(common.onHand, (row) => row.onHand),
  },
  { id: 'trend', head: stock.trend, width: 116, cell: (row) => <Trend row={row} />, exports: [] },
  number('reserved', common.reserved, (row) => row.reserved),
  number('unavailable', stock.unavailable, (row) => row.unavailable, 112),
  number('incoming', common.incoming, (row) => row.incoming),
  number('backordered', stock.backordered, (row) => row.backordered, 112),
  number('reorderPoint', stock.reorderPoint, (row) => row.reorderPoint, 116),
  number('targetLevel', stock.targetLevel, (row) => row.policy.targetLevel, 112),
  number('safetyStock', stock.safetyStock, (row) => row.policy.safetyStock, 120),
  {
    id: 'category',
    head: stock.category,
    width: 140,
    cell: (row) => <span title={row.item.category ?? ''}>{row.item.category ?? <span class="muted">–</span>}</span>,
    ...text(stock.category, (row) => row.item.category),
  },
  {
    id: 'tags',
    head: stock.tags,
    width: 160,
    cell: (row) => <span title={row.item.tags.join(', ')}>{row.item.tags.join(', ')}</span>,
    ...text(stock.tags, (row) => row.item.tags.join('|')),
  },
  {
    id: 'method',
    head: stock.method,
    width: 136,
    cell: (row) => <span>{stock.methods[row.policy.method]}</span>,
    ...text(stock.method, (row) => stock.methods[row.policy.method]),
  },
  {
    id: 'value',
    head: common.value,
    width: 116,
    isNumber: true,
    cell: (row) => <Fitting text={money(worthOf(row)) || '–'} />,
    ...text(common.value, worthOf),
  },
  {
    id: 'countedAt',
    head: stock.countedAt,
    width: 150,
    cell: (row) => (row.countedAt ? <span>{dateTime(row.countedAt)}</span> : <span class="muted">–</span>),
    ...text(stock.countedAt, (row) => row.countedAt),
  },
  {
    id: 'CHANGED_AT',
    head: stock.changedAt,
    width: 120,
    isSortable: true,
    cell: (row) => <Ago at={row.changedAt} />,
    ...text(stock.changedAt, (row) => row.changedAt),
  },
]

const ON_CARD = ['SKU', 'LOCATION', 'STATUS']
const NARROW_WIDTH = 92

/** Return columns as a phone shows them: the first ones as a card, the others narrower. */
export function narrowed(columns: readonly StockColumn[]): StockColumn[] {
  const [first, ...rest] = columns
  const others = rest.filter(({ id }) => !ON_CARD.includes(id))
  return [
    { ...first!, width: 160, grows: false, cell: (row) => <Card row={row} /> },
    ...others.map((column) => ({
      ...column,
      width: column.isNumber && column.isSortable ? NARROW_WIDTH : column.width,
    })),
  ]
}

const USUAL = ['SKU', 'LOCATION', 'STATUS', 'AVAILABLE', 'ON_HAND', 'reserved', 'incoming', 'reorderPoint', 'trend']

const keyOf = (viewer: string) => `stockpulse:stock-columns:${viewer}`

/** Return the ids of the columns that a person has chosen, or the usual ones. */
export function chosenColumns(viewer: string): string[] {
  try {
    const chosen: unknown = JSON.parse(localStorage.getItem(keyOf(viewer)) ?? 'null')
    if (Array.isArray(chosen)) return COLUMNS.map(({ id }) => id).filter((id, at) => at === 0 || chosen.includes(id))
  } catch {
    // What is kept is not ours: the usual ones do.
  }
  return USUAL
}

/** Keep which columns a person has chosen. */
export function keepColumns(viewer: string, chosen: readonly string[]): void {
  localStorage.setItem(keyOf(viewer), JSON.stringify(chosen))
}
