// Where one counts: the item that was scanned last, its quantity, and how to scan or find the next.
import type { Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { request } from '../../api/request'
import { units } from '../../format/number'
import { CountItemByBarcodeDocument } from '../../gql/graphql'
import { counts } from '../../text/counts'
import { Button } from '../../ui/Button'
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
import { UnknownCode, UnknownOnes } from './UnknownCode'
import { withAnswer, without, withScan } from './unknown'
import { takeAll } from './wedge'

const RECENT = 12

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
  /** What was scanned, until it is taken from here. */
  scanned: Signal<readonly string[]>
  /** Called when a number was entered. */
  onEntered(): void
}) {
  const [typed, setTyped] = useState('')
  const [hasCamera, setCamera] = useState(false)

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
    onCurrent(item)
    void count(() => addUnits(book, item, units))
  }
  const { unknown } = book
  const ask = async (code: string) => {
    const found = await request(CountItemByBarcodeDocument, { barcode: code }).then(
      ({ itemByBarcode }) => itemByBarcode,
      () => null,
    )
    unknown.value = withAnswer(unknown.value, code, found ? known(found) : undefined)
  }
  const scan = (code: string) => {
    onKeypad(false)
    setTyped('')
    const item = book.scanned(code)
    if (item) return add(known(item), 1)
    bad()
    onCurrent(null)
    unknown.value = withScan(unknown.value, code)
    void ask(code)
  }
  const push = (code: string) => {
    scanned.value = [...scanned.value, code]
  }
  const isDue = scanned.value.length > 0 && book.canTell.value
  useEffect(() => {
    if (isDue) for (const code of takeAll(scanned)) scan(code)
  }) // after each time, as a code may come while others are taken

  const asked = current ? undefined : unknown.value.at(-1)
  const drop = () => asked && (unknown.value = without(unknown.value, asked.code))
  if (!isKeeping.value) return <Empty icon="stop" title={counts.noRoom} />
  return (
    <div class={styles.scan}>
      <div class={styles.stage}>
        {hasCamera && <Camera onScan={push} />}
        {current && <UnknownOnes unknown={unknown.value} onShow={() => onCurrent(null)} />}
        {asked ? (
          <UnknownCode
            unknown={asked}
            others={unknown.value.length - 1}
            onSearch={() => (setTyped(asked.code), drop())}
            onCount={() => (
              add(asked.found ?? { sku: null, barcode: asked.code, name: asked.code }, asked.times), drop()
            )}
            onDiscard={drop}
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
          <Recent book={book} current={current} onShow={onCurrent} />
          <ScanField
            book={book}
            typed={typed}
            onTyped={setTyped}
            onScan={push}
            onChoose={(item) => (onCurrent(known(item)), onKeypad(true))}
            hasCamera={hasCamera}
            {...(canSee() && { onCamera: () => setCamera(!hasCamera) })}
          />
        </>
      )}
    </div>
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
