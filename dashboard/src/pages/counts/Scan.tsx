// Where one counts: the item that was scanned last, its quantity, and how to scan or find the next.
import type { Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { request } from '../../api/request'
import { units } from '../../format/number'
import { CountItemByBarcodeDocument } from '../../gql/graphql'
import { counts } from '../../text/counts'
import { Button } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { Icon } from '../../ui/icons'
import { Empty } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import { Camera, canSee } from './Camera'
import { EntryBadge } from './EntryBadge'
import { bad, good } from './feedback'
import { Keypad } from './Keypad'
import type { Book } from './kept'
import { isKeeping } from './queue'
import { addUnits, type Countable, counted, entriesOf, ownEntries, setUnits } from './recording'
import styles from './Scan.module.css'
import { ScanField } from './ScanField'

const RECENT = 12

interface Unknown {
  code: string
  isAsking: boolean
  /** What the server calls it, where it is an item that is not on the list. */
  found?: Countable
}

const known = ({ sku, name }: { sku: string; name: string }): Countable => ({ sku, name, barcode: null })
const idOf = ({ sku, barcode }: Countable): string => (sku === null ? `barcode ${barcode}` : `sku ${sku}`)

/** Return what was counted last on this device, each item once. */
function recentOf(count: string): Countable[] {
  const seen = new Map<string, Countable>()
  for (const entry of ownEntries(count).toReversed()) if (!seen.has(idOf(entry))) seen.set(idOf(entry), entry)
  return [...seen.values()].slice(0, RECENT)
}

export function Scan({
  book,
  current,
  onCurrent,
  isKeypadOpen,
  onKeypad,
  scanned,
  onEntered,
}: {
  book: Book
  current: Countable | null
  onCurrent(item: Countable | null): void
  isKeypadOpen: boolean
  onKeypad(isOpen: boolean): void
  /** What scanners have typed, until it is taken from here. */
  scanned: Signal<readonly string[]>
  /** Called when a number was entered. */
  onEntered(): void
}) {
  const [unknown, setUnknown] = useState<Unknown>()
  const [typed, setTyped] = useState('')
  const [hasCamera, setCamera] = useState(false)

  const show = (item: Countable) => {
    setUnknown(undefined)
    onCurrent(item)
  }
  const count = async (work: () => Promise<unknown>) => {
    try {
      await work()
      good()
      return true
    } catch {
      bad()
      isKeeping.value = false
      tell(counts.noRoom, 'bad')
      return false
    }
  }
  const add = (item: Countable, units: number) => {
    show(item)
    void count(() => addUnits(book, item, units))
  }
  const ask = async (code: string) => {
    setUnknown({ code, isAsking: true })
    const found = await request(CountItemByBarcodeDocument, { barcode: code }).then(
      ({ itemByBarcode }) => itemByBarcode,
      () => null,
    )
    setUnknown((now) => (now?.code === code ? { code, isAsking: false, ...(found && { found: known(found) }) } : now))
  }
  const scan = (code: string) => {
    onKeypad(false)
    setTyped('')
    const item = book.scanned(code)
    if (item) return add(known(item), 1)
    bad()
    onCurrent(null)
    void ask(code)
  }
  const codes = scanned.value
  useEffect(() => {
    if (codes.length === 0) return
    scanned.value = [] // each counts once, also when this view is shown again
    for (const code of codes) scan(code)
  }, [codes])

  if (!isKeeping.value) return <Empty icon="stop" title={counts.noRoom} />
  return (
    <div class={styles.scan}>
      <div class={styles.stage}>
        {hasCamera && <Camera onScan={scan} />}
        {unknown ? (
          <UnknownCode
            unknown={unknown}
            onSearch={() => (setTyped(unknown.code), setUnknown(undefined))}
            onCount={() => add(unknown.found ?? { sku: null, barcode: unknown.code, name: unknown.code }, 1)}
          />
        ) : current ? (
          <Current
            book={book}
            item={current}
            onAdd={(step) => add(current, step)}
            isKeypadOpen={isKeypadOpen}
            onKeypad={onKeypad}
            onUnits={(work) => count(work).then((isKept) => isKept && (onKeypad(false), onEntered()))}
          />
        ) : (
          <Empty icon="counts" title={counts.scanFirst}>
            {counts.scanFirstHint}
          </Empty>
        )}
      </div>
      {!(isKeypadOpen && current) && (
        <>
          <Recent book={book} current={current} onShow={show} />
          <ScanField
            book={book}
            typed={typed}
            onTyped={setTyped}
            onScan={scan}
            onChoose={(item) => (show(known(item)), onKeypad(true))}
            hasCamera={hasCamera}
            {...(canSee() && { onCamera: () => setCamera(!hasCamera) })}
          />
        </>
      )}
    </div>
  )
}

function UnknownCode({
  unknown: { code, isAsking, found },
  onSearch,
  onCount,
}: {
  unknown: Unknown
  onSearch(): void
  onCount(): void
}) {
  return (
    <section class={classes(styles.card, styles.unknown)} role="alert">
      <p class={styles.unknownTitle}>
        <Icon name="warning" /> {found ? counts.outside(found.name) : counts.unknown(code)}
      </p>
      <p>{isAsking ? counts.unknownSearching : found ? counts.outsideHint : counts.unknownHint}</p>
      <div class={styles.choices}>
        <Button icon="search" kind="primary" onClick={onSearch}>
          {counts.searchIt}
        </Button>
        <Button disabled={isAsking} onClick={onCount}>
          {counts.countAnyway}
        </Button>
      </div>
    </section>
  )
}

function Current({
  book,
  item,
  onAdd,
  isKeypadOpen,
  onKeypad,
  onUnits,
}: {
  book: Book
  item: Countable
  onAdd(step: number): void
  isKeypadOpen: boolean
  onKeypad(isOpen: boolean): void
  onUnits(work: () => Promise<unknown>): void
}) {
  const total = counted(book, item)
  const kept = item.sku === null ? undefined : book.item(item.sku)
  const last = entriesOf(book.id, item).at(-1)
  const isRecount = item.sku !== null && (book.count.value?.recounts.includes(item.sku) ?? false)
  return (
    <section class={styles.card} aria-label={item.name}>
      <div class={styles.names}>
        <h2 class={styles.name}>{item.name}</h2>
        <p class="muted">
          {item.sku ?? item.barcode}
          {kept?.barcodes[0] && ` · ${kept.barcodes[0]}`}
        </p>
      </div>
      <div class={styles.figures}>
        <button type="button" class={styles.step} aria-label={counts.less} disabled={!total} onClick={() => onAdd(-1)}>
          <Icon name="minus" size={24} />
        </button>
        <button type="button" class={styles.total} aria-expanded={isKeypadOpen} onClick={() => onKeypad(!isKeypadOpen)}>
          <span class="visually-hidden">{counts.counted}: </span>
          <span class={styles.number} aria-live="polite">
            {total === undefined ? '–' : units(total)}
          </span>
          <span class={styles.caption}>
            {kept?.onHand !== null && kept !== undefined ? counts.expectedIs(units(kept.onHand)) : counts.counted}
          </span>
        </button>
        <button type="button" class={styles.step} aria-label={counts.more} onClick={() => onAdd(1)}>
          <Icon name="plus" size={24} />
        </button>
      </div>
      {isRecount && (
        <p class={styles.mark}>
          <Icon name="undo" size={14} /> {counts.recountMark}
        </p>
      )}
      {last && (
        <p class={styles.mark}>
          <EntryBadge entry={last} /> {last.reason}
        </p>
      )}
      {isKeypadOpen ? (
        <Keypad
          key={idOf(item)}
          onSet={(value) => onUnits(() => setUnits(book, item, value))}
          onAdd={(value) => onUnits(() => addUnits(book, item, value))}
          onClose={() => onKeypad(false)}
        />
      ) : (
        <Button icon="edit" onClick={() => onKeypad(true)}>
          {counts.keypad}
        </Button>
      )}
    </section>
  )
}

function Recent({ book, current, onShow }: { book: Book; current: Countable | null; onShow(item: Countable): void }) {
  const recent = recentOf(book.id)
  if (recent.length === 0) return null
  return (
    <section>
      <h2 class={styles.recentTitle}>{counts.recent}</h2>
      <ul class={styles.rows}>
        {recent.map((item) => (
          <li key={idOf(item)}>
            <button
              type="button"
              class={styles.row}
              aria-current={current !== null && idOf(current) === idOf(item)}
              onClick={() => onShow(item)}
            >
              <span class={styles.rowName}>
                {item.name}
                <span class="muted">{item.sku ?? item.barcode}</span>
              </span>
              <EntryBadge entry={entriesOf(book.id, item).at(-1)!} isQuiet />
              <span class={styles.rowNumber}>{units(counted(book, item) ?? 0)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
