// What somebody has counted, on its way to the server: how entries are joined, and what they make of an item's quantity.
//
// Rule: once the sending of an entry was begun, it never changes, so that its idempotency key always means the same.

export type EntryState = 'waiting' | 'sent' | 'refused'

export interface Entry {
  /** Its place in the order of sending. */
  number: number
  /** The idempotency key under which it is sent, however often. */
  key: string
  /** Who counted. Keys are per actor: what one has counted is never sent as another. */
  actor: string
  count: string
  /** The item: its SKU, or a barcode that is on no list here. */
  sku: string | null
  barcode: string | null
  /** What the item is called. */
  name: string
  quantity: number
  /** Whether it replaces the item's earlier entries. */
  startsOver: boolean
  /** When it was counted, in milliseconds of the server's clock. */
  at: number
  /** When it was last added to, in milliseconds of this device's clock. */
  changedAt: number
  state: EntryState
  /** Whether its sending was begun, so that the server may have it. */
  isAttempted: boolean
  /** How often the server failed on it without saying whether it was recorded. */
  failures: number
  /** Of a sent one: the count's version that includes it. */
  version: number | null
  /** Of a refused one: what the server said. */
  reason: string | null
}

/** What was counted, before it is an entry. */
export interface Counted {
  actor: string
  count: string
  sku: string | null
  barcode: string | null
  name: string
  /** Units that are added, or the new total where it starts over. */
  quantity: number
  startsOver: boolean
}

const JOINED_WITHIN = 60_000 // entries of one place; what is counted later may be another place

/** Return the new entry of what was counted. */
export const entryOf = (counted: Counted, key: string, now: number, skew: number): Omit<Entry, 'number'> => ({
  ...counted,
  key,
  at: now + skew,
  changedAt: now,
  state: 'waiting',
  isAttempted: false,
  failures: 0,
  version: null,
  reason: null,
})

const isSameItem = (entry: Entry, counted: Counted): boolean =>
  entry.count === counted.count &&
  entry.actor === counted.actor &&
  entry.sku === counted.sku &&
  entry.barcode === counted.barcode

/** Return the newest entry of the same item, if there is any: the only one that may take what was counted. */
export const newestOf = (entries: readonly Entry[], counted: Counted): Entry | undefined =>
  entries.findLast((entry) => isSameItem(entry, counted))

/** Return the entry with what was counted after it, or undefined where that must be an entry of its own. */
export function joined(entry: Entry, counted: Counted, now: number, skew: number): Entry | undefined {
  const isOpen = entry.state === 'waiting' && !entry.isAttempted && now - entry.changedAt < JOINED_WITHIN
  if (!isOpen || !isSameItem(entry, counted)) return undefined
  const quantity = counted.startsOver ? counted.quantity : entry.quantity + counted.quantity
  if (quantity < 0) return undefined
  return { ...entry, quantity, startsOver: entry.startsOver || counted.startsOver, at: now + skew, changedAt: now }
}

/** Return an item's quantity: what the server knew at a version of the count, and the entries that it does not include. */
export function quantityOf(known: number | undefined, version: number, entries: readonly Entry[]): number | undefined {
  let total = known
  for (const entry of entries) {
    const isIncluded = entry.state === 'sent' && entry.version !== null && entry.version <= version
    if (isIncluded || entry.state === 'refused') continue
    total = entry.startsOver ? entry.quantity : (total ?? 0) + entry.quantity
  }
  return total
}
