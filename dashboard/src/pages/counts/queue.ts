// The queue of entries: what is counted goes in at one end, and is sent from the other, each once.
//
// Rule: an entry leaves the queue only when the server has answered for it. A page that dies between the answer and
// its note sends the entry again under the same key, which the server answers without recording it twice (ADR 53). An
// entry that the server does not answer for, while it does for others, lets those of other items pass.
import { signal } from '@preact/signals'
import { Problem } from '../../api/problem'
import { sentenceOf } from '../../text/failures'
import { addEntry, alterEntry, readEntries } from './database'
import { type Counted, type Entry, entryOf, isStuck, joined, newestOf, nextOf } from './entry'
import { ENTRIES_WAITING } from './waiting'

const SETTLED_AFTER = 1_200 // so that ten scans of one item are one entry
const SENT_KEPT = 300
const CHANGED = 'stockpulse:entries'

/** Record an entry, and return the version of the count that includes it. Raises Problem. */
export type Send = (entry: Entry) => Promise<number>

/** What is known of all entries, in the order of sending. */
export const entries = signal<readonly Entry[]>([])

/** Whether entries can be kept on this device; not where the browser has no room or forbids it. */
export const isKeeping = signal(true)

/** The difference of the server's clock to that of this device, in milliseconds. */
export const skew = signal(0)

const others = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANGED)
if (others) others.onmessage = () => void load()

let last: Promise<unknown> = Promise.resolve()

// One after the other: two scans at once must find each other.
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const turn = last.then(work, work)
  last = turn.catch(() => undefined)
  return turn
}

function show(shown: readonly Entry[]): void {
  entries.value = shown
  if (shown.some(({ state }) => state === 'waiting')) localStorage.setItem(ENTRIES_WAITING, '1')
  else localStorage.removeItem(ENTRIES_WAITING)
}

function changed(entry: Entry | undefined, number: number): void {
  const rest = entries.value.filter((each) => each.number !== number)
  show(entry ? [...rest, entry].sort((one, two) => one.number - two.number) : rest)
  others?.postMessage(number)
}

/** Read what is kept. */
export async function load(): Promise<void> {
  try {
    show(await readEntries())
    isKeeping.value = true
  } catch {
    isKeeping.value = false
  }
}

/** Keep what was counted. It is safe once this returns. Raises DOMException where the device cannot keep it. */
export const add = (counted: Counted, now: number = Date.now()): Promise<Entry> =>
  inTurn(async () => {
    const newest = newestOf(entries.value, counted)
    let taken: Entry | undefined
    if (newest)
      await alterEntry(newest.number, (entry) => {
        taken = joined(entry, counted, now, skew.value)
        return taken ?? entry
      })
    taken ??= await addEntry(entryOf(counted, `count-${crypto.randomUUID()}`, now, skew.value))
    changed(taken, taken.number)
    return taken
  })

/** Send a refused entry once more, as it is and under its key. */
export const retry = (number: number): Promise<void> =>
  altered(number, (entry) => (entry.state === 'refused' ? { ...entry, state: 'waiting', reason: null } : entry))

/** Take an entry away that was refused, that was never sent, or that the server does not answer for. */
export const discard = (number: number): Promise<void> =>
  altered(number, (entry) => (entry.state === 'refused' || !entry.isAttempted || isStuck(entry) ? undefined : entry))

const altered = (number: number, change: (entry: Entry) => Entry | undefined): Promise<void> =>
  inTurn(async () => changed(await alterEntry(number, change), number))

/** When the sending is to go on: at once when something settles, never by itself, or after a pause. */
export interface Rest {
  /** Milliseconds until the next entry may be sent; null where none waits. */
  after: number | null
  /** Whether the server could not be reached, or asked to wait. */
  isCut: boolean
}

/** Send what waits, in order, until nothing is left or the server cannot be reached. Only one page may do it at a time. */
export async function drain(actor: string, send: Send, now: () => number = Date.now): Promise<Rest> {
  await load()
  for (;;) {
    const waiting = entries.value.filter((entry) => entry.state === 'waiting' && entry.actor === actor)
    const next = nextOf(waiting)
    if (!next) break
    const rest = next.changedAt + SETTLED_AFTER - now()
    const isLast = !waiting.some((entry) => entry !== next && !isStuck(entry))
    if (rest > 0 && rest <= SETTLED_AFTER && isLast && !next.isAttempted) return { after: rest, isCut: false }
    if (!(await attempt(next.number, send))) return { after: null, isCut: true }
  }
  await prune()
  return { after: null, isCut: false }
}

async function attempt(number: number, send: Send): Promise<boolean> {
  let failures = 0
  const taken = await inTurn(() =>
    alterEntry(number, (entry) => {
      if (entry.state !== 'waiting') return entry
      failures = entry.failures
      return { ...entry, isAttempted: true, failures: failures + 1 } // until it is answered, even if the page dies
    }),
  )
  changed(taken, number)
  if (taken?.state !== 'waiting') return true
  try {
    const version = await send(taken)
    await altered(number, (entry) => ({ ...entry, state: 'sent', version, reason: null }))
    return true
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(String(error), 'UNKNOWN', false)
    const reason = sentenceOf(problem)
    const isRefused = isDefinite(problem)
    if (problem.userErrors.length > 0)
      failures = 0 // it has looked for what it may have recorded before
    else if (!isRefused && !isUndone(problem)) failures += 1
    await altered(number, (entry) => ({ ...entry, failures, reason, ...(isRefused && { state: 'refused' }) }))
    return isRefused
  }
}

// Whether the server has decided: of any other failure it is not known whether the entry was recorded.
const isDefinite = ({ code, userErrors }: Problem): boolean =>
  userErrors.length > 0 || code === 'FORBIDDEN' || code === 'BAD_USER_INPUT'

// Whether the server has not even begun.
const isUndone = (problem: Problem): boolean =>
  problem.isOfSession || ['RATE_LIMITED', 'THROTTLED', 'OVERLOADED'].includes(problem.code)

/** Whether a refused entry is surely not recorded, so that it may be entered anew with another quantity. */
export const isSurelyMissing = ({ state, failures }: Entry): boolean => state === 'refused' && failures === 0

async function prune(): Promise<void> {
  const sent = entries.value.filter(({ state }) => state === 'sent')
  for (const { number } of sent.slice(0, Math.max(0, sent.length - SENT_KEPT))) await altered(number, () => undefined)
}
