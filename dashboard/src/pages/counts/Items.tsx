// All items of the count: what is counted, what is not, and what waits.
import { useMemo, useState } from 'preact/hooks'
import { now } from '../../format/clock'
import { units } from '../../format/number'
import { ago } from '../../format/time'
import { common } from '../../text/common'
import { counts } from '../../text/counts'
import { ui } from '../../text/ui'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { SelectField, TextField } from '../../ui/Field'
import { Empty } from '../../ui/States'
import { EntryBadge } from './EntryBadge'
import styles from './Items.module.css'
import type { Book } from './kept'
import { type Countable, counted, entriesOf, ownEntries } from './recording'
import scanStyles from './Scan.module.css'

type Filter = keyof typeof counts.filters

const FILTERS = Object.entries(counts.filters) as [Filter, string][]
const AT_ONCE = 100

interface Row extends Countable {
  sku: string
  expected: number | null
}

function rowsOf(book: Book): Row[] {
  const items = book.items.value.map(({ sku, name, onHand }): Row => ({ sku, name, barcode: null, expected: onHand }))
  const listed = new Set(items.map(({ sku }) => sku))
  const more = Object.entries(book.count.value?.lines ?? {})
    .filter(([sku]) => !listed.has(sku))
    .map(([sku, { name, expected }]): Row => ({ sku, name, barcode: null, expected }))
  return [...items, ...more]
}

export function Items({ book, onShow }: { book: Book; onShow(item: Countable): void }) {
  const [filter, setFilter] = useState<Filter>('all')
  const [typed, setTyped] = useState('')
  const [most, setMost] = useState(AT_ONCE)
  const kept = book.count.value
  const all = useMemo(() => rowsOf(book), [book.items.value, kept])
  const waiting = new Set(
    ownEntries(book.id)
      .filter(({ state }) => state === 'waiting')
      .map(({ sku }) => sku),
  )
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const rows = all.filter(({ sku, name }) => {
    if (filter === 'waiting' && !waiting.has(sku)) return false
    if (filter === 'open' || filter === 'counted')
      if ((counted(book, { sku, barcode: null }) === undefined) !== (filter === 'open')) return false
    const text = `${name} ${sku}`.toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
  const readAt = book.itemsReadAt.value
  return (
    <div class={styles.items}>
      <div class={styles.filters}>
        <TextField
          label={common.search}
          type="search"
          value={typed}
          onValue={(text) => (setTyped(text), setMost(AT_ONCE))}
          placeholder={counts.scanPlaceholder}
        />
        <SelectField
          label={counts.filter}
          value={filter}
          options={FILTERS}
          onValue={(value) => (setFilter(value), setMost(AT_ONCE))}
        />
      </div>
      {rows.length === 0 ? (
        <Empty icon="search" title={counts.noLines} />
      ) : (
        <ul class={scanStyles.rows} aria-label={counts.tabs.lines}>
          {rows.slice(0, most).map((row) => (
            <ItemRow key={row.sku} book={book} row={row} onShow={onShow} />
          ))}
        </ul>
      )}
      {rows.length > most && (
        <div class={styles.more}>
          <Button onClick={() => setMost(most + AT_ONCE)}>{ui.showMore}</Button>
          <span class="muted">{counts.shown(units(most), units(rows.length))}</span>
        </div>
      )}
      {readAt !== null && (
        <p class={styles.listed}>
          <span>{counts.listOf(units(book.items.value.length), ago(readAt, now.value))}</span>
          <Button kind="quiet" onClick={() => void book.read(true)}>
            {counts.readAgain}
          </Button>
        </p>
      )}
    </div>
  )
}

function ItemRow({ book, row, onShow }: { book: Book; row: Row; onShow(item: Countable): void }) {
  const total = counted(book, row)
  const last = entriesOf(book.id, row).at(-1)
  const isRecount = book.count.value?.recounts.includes(row.sku)
  return (
    <li>
      <button type="button" class={scanStyles.row} onClick={() => onShow(row)}>
        <span class={scanStyles.rowName}>
          {row.name}
          <span class="muted">
            {row.sku}
            {row.expected !== null && ` · ${counts.expectedIs(units(row.expected))}`}
          </span>
        </span>
        {isRecount && (
          <Badge tone="warn" icon="undo">
            {counts.recount}
          </Badge>
        )}
        {last && last.state !== 'sent' && <EntryBadge entry={last} />}
        <span class={scanStyles.rowNumber}>
          {total === undefined ? (
            <span class="muted" aria-label={counts.notCounted}>
              –
            </span>
          ) : (
            units(total)
          )}
        </span>
      </button>
    </li>
  )
}
