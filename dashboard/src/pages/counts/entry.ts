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
  /** How many attempts to send it have not been answered with what became of it, one that goes on included. */
  failures: number
  /** Of a sent one: the count's version that includes it. */
  version: number | null
  /** Of a refused one, or one that is not answered: what the server said last. */
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

const STUCK_AFTER = 3

/** Whether others do not wait for an entry any more: the server is there, but does not say what became of it. */
export const isStuck = ({ state, failures }: Entry): boolean => state === 'waiting' && failures >= STUCK_AFTER

// A barcode may be that of an item that is entered by its SKU, too: their order matters where one replaces the other.
const mustPrecede = (one: Entry, other: Entry): boolean =>
  one.number < other.number &&
  one.count === other.count &&
  ((one.sku === other.sku && one.barcode === other.barcode) ||
    ((one.sku === null || other.sku === null) && (one.startsOver || other.startsOver)))

/** Return which of those that wait is to be sent next: the first, but for what is stuck and what must come after it. */
export function nextOf(waiting: readonly Entry[]): Entry | undefined {
  const stuck = waiting.filter(isStuck)
  if (stuck.length === 0) return waiting[0]
  const isFree = (entry: Entry) => !stuck.some((before) => mustPrecede(before, entry))
  const free = waiting.find((entry) => !isStuck(entry) && isFree(entry))
  return free ?? stuck.filter(isFree).toSorted((one, two) => one.failures - two.failures || one.number - two.number)[0]
}
