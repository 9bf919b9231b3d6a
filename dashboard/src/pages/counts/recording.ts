// Puts what somebody counts into the queue, by the rules of the count.
import { viewer } from '../../api/session'
import { type Counted, type Entry, joined, newestOf, quantityOf } from './entry'
import type { Book } from './kept'
import { add, entries } from './queue'
import { sendSoon } from './sending'

let isPersistent = false

/** An item as it is counted: known by its SKU, or by a barcode that is on no list here. */
export interface Countable {
  sku: string | null
  barcode: string | null
  name: string
}

/**
 * Return the viewer's own entries in a count, in order: what others have counted on this device is theirs to see, to
 * send and to discard.
 */
export const ownEntries = (count: string): Entry[] =>
  entries.value.filter((entry) => entry.count === count && entry.actor === viewer.value?.actor)

/** Return the viewer's own entries of an item in a count, in order. */
export const entriesOf = (count: string, { sku, barcode }: Pick<Countable, 'sku' | 'barcode'>): Entry[] =>
  ownEntries(count).filter((entry) => entry.sku === sku && entry.barcode === barcode)

/** Return how many units of an item are counted, as far as this device knows; undefined where it was not counted. */
export function counted(book: Book, item: Pick<Countable, 'sku' | 'barcode'>): number | undefined {
  const kept = book.count.value
  const known = item.sku === null ? undefined : kept?.lines[item.sku]?.counted
  return quantityOf(known, kept?.head.version ?? 0, entriesOf(book.id, item))
}

function record(book: Book, item: Countable, quantity: number, startsOver: boolean): Promise<Entry> {
  const { sku, barcode, name } = item
  const entry = add({ actor: viewer.value!.actor, count: book.id, sku, barcode, name, quantity, startsOver })
  return entry.then((kept) => {
    if (sku !== null) void book.recounted(sku)
    sendSoon(1_300)
    if (!isPersistent) void navigator.storage?.persist?.() // once: some browsers ask
    isPersistent = true
    return kept
  })
}

let last: Promise<unknown> = Promise.resolve()

// One after the other: a scan adds to what the one before it made, which is kept only in a moment.
function inTurn(work: () => Promise<Entry>): Promise<Entry> {
  const turn = last.then(work)
  last = turn.catch(() => undefined)
  return turn
}

/** Set an item's units. Raises DOMException where this device cannot keep it. */
export const setUnits = (book: Book, item: Countable, quantity: number): Promise<Entry> =>
  inTurn(() => record(book, item, quantity, true))

/** Add units of an item, or take some off. Raises DOMException where this device cannot keep it. */
export const addUnits = (book: Book, item: Countable, units: number): Promise<Entry> =>
  inTurn(() => added(book, item, units))

function added(book: Book, item: Countable, units: number): Promise<Entry> {
  const kept = book.count.value
  const isAgain = item.sku !== null && kept?.recounts.includes(item.sku)
  if (isAgain) return record(book, item, Math.max(0, units), true)
  const total = Math.max(0, (counted(book, item) ?? 0) + units)
  if (kept?.head.mode === 'LAST' || (units < 0 && !canTakeOff(book, item, units)))
    return record(book, item, total, true)
  return record(book, item, units, false)
}

// Units are taken off the entry that they were put on by, where it was not sent.
function canTakeOff(book: Book, { sku, barcode, name }: Countable, quantity: number): boolean {
  const taken: Counted = { actor: viewer.value!.actor, count: book.id, sku, barcode, name, quantity, startsOver: false }
  const newest = newestOf(entries.value, taken)
  return newest !== undefined && joined(newest, taken, Date.now(), 0) !== undefined
}
