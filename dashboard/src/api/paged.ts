// A long list that is read page by page as it is looked at. Pages far from the view are forgotten, and read again.
//
// Rule: pages follow each other by cursors, so a page that was never reached is reached through those before it; of these
// only their ends are read where nobody looks at them.
import { signal } from '@preact/signals'
import { Problem, unreachable } from './problem'

export const PAGE_SIZE = 250
const PAGES_KEPT = 400 // 100,000 rows
const AHEAD = 2
const AGAIN_AFTER = 2_000

export interface PageOf<Row> {
  rows: readonly Row[]
  end: string | null
  hasNext: boolean
  /** How many rows the whole list has, where that was asked for. */
  total?: number
}

export interface PageReader<Row> {
  /** Read the page behind a cursor; the first one, of null, with the total. Raises Problem. */
  read(after: string | null, stop: AbortSignal): Promise<PageOf<Row>>
  /** Read only where a page ends. Raises Problem. */
  readEnd(after: string | null, stop: AbortSignal): Promise<{ end: string | null; hasNext: boolean }>
}

interface Page {
  after: string | null
  ids?: readonly string[]
  isStale?: boolean
}

interface Versioned {
  id: string
  version: number
}

/** Rows by their place in the list. `revision` changes with them. */
export class PagedRows<Row extends Versioned> {
  readonly revision = signal(0)
  readonly problem = signal<Problem | undefined>(undefined)
  /** How many rows the list has, as far as is known; undefined until its first page is there. */
  readonly count = signal<number | undefined>(undefined)

  readonly #reader: PageReader<Row>
  readonly #pages: Page[] = [{ after: null }]
  // A row that moves in the order between the reads of two pages is in both, and is the same row in both.
  readonly #rows = new Map<string, { row: Row; pages: number }>()
  readonly #stop = new AbortController()
  #isAtEnd = false
  #hasBegunAnew = false
  #wanted = { first: 0, last: 0 }
  #reading: Promise<void> | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(reader: PageReader<Row>) {
    this.#reader = reader
  }

  /** Return the row of an index, or undefined while it is not loaded. */
  at(index: number): Row | undefined {
    const id = this.#pages[Math.floor(index / PAGE_SIZE)]?.ids?.[index % PAGE_SIZE]
    return id === undefined ? undefined : this.find(id)
  }

  /** Return the row of an id, if it is loaded. */
  find(id: string): Row | undefined {
    return this.#rows.get(id)?.row
  }

  /** Return all rows that are loaded, in their order. */
  loaded(): Row[] {
    return this.#pages.flatMap(({ ids }) => ids ?? []).map((id) => this.find(id)!)
  }

  /** Whether every row of the list is loaded. */
  get isComplete(): boolean {
    return this.#isAtEnd && this.#pages.every(({ ids }) => ids !== undefined)
  }

  /** Load what is missing of the rows from the first to the last, and a little beyond. */
  want(first: number, last: number): Promise<void> {
    this.#wanted = { first: Math.floor(first / PAGE_SIZE), last: Math.floor(last / PAGE_SIZE) }
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Replace a loaded row by a newer version of it. Returns whether it is loaded. */
  apply(id: string, change: (row: Row) => Row): boolean {
    const known = this.#rows.get(id)
    if (!known) return false
    known.row = change(known.row)
    return true
  }

  /** Tell that rows have changed: once after many. */
  changed(): void {
    this.revision.value += 1
  }

  /** Read what is looked at again, and the rest when it is looked at. */
  refresh(): void {
    for (const page of this.#pages) page.isStale = true
    void this.want(this.#wanted.first * PAGE_SIZE, this.#wanted.last * PAGE_SIZE)
  }

  /** Stop reading for good. */
  close(): void {
    clearTimeout(this.#again)
    this.#stop.abort()
  }

  async #read(): Promise<void> {
    clearTimeout(this.#again)
    try {
      for (let number = this.#next(); number !== undefined; number = this.#next()) {
        if (this.#isSeen(number)) await this.#load(number)
        else await this.#pass(number)
      }
      this.#hasBegunAnew = false
      if (this.problem.peek()) this.problem.value = undefined
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const problem = error instanceof Problem ? error : unreachable()
      if (problem.code === 'BAD_USER_INPUT' && this.#pages.length > 1 && !this.#hasBegunAnew) return this.#beginAnew()
      this.problem.value = problem
      if (problem.isTemporary)
        this.#again = setTimeout(
          () => void this.want(this.#wanted.first * PAGE_SIZE, this.#wanted.last * PAGE_SIZE),
          Math.max(AGAIN_AFTER, problem.retryAfterMs),
        )
    }
  }

  /** Find the way by cursors again: one was refused. */
  #beginAnew(): Promise<void> {
    this.#hasBegunAnew = true
    for (const page of this.#pages.splice(0)) this.#forget(page)
    this.#pages.push({ after: null })
    this.#isAtEnd = false
    return this.#read()
  }

  /** Return the page to be read next: one in view, else one ahead, else the last known one on the way to them. */
  #next(): number | undefined {
    if (this.#stop.signal.aborted) return undefined
    const { first, last } = this.#wanted
    const until = last + AHEAD
    for (let number = first; number <= until; number += 1) {
      const page = this.#pages[number]
      if (page && (!page.ids || page.isStale)) return number
      if (!page) return this.#isAtEnd ? undefined : this.#pages.length - 1
    }
    return undefined
  }

  #isSeen(number: number): boolean {
    return number >= this.#wanted.first - 1 && number <= this.#wanted.last + AHEAD
  }

  async #load(number: number): Promise<void> {
    const page = this.#pages[number]!
    const { rows, end, hasNext, total } = await this.#reader.read(page.after, this.#stop.signal)
    for (const row of rows) this.#keep(row)
    this.#forget(page)
    page.ids = rows.map(({ id }) => id)
    page.isStale = false
    if (total !== undefined) this.count.value = total
    this.#follow(number, end, hasNext)
    this.#evict()
    this.changed()
  }

  async #pass(number: number): Promise<void> {
    const { end, hasNext } = await this.#reader.readEnd(this.#pages[number]!.after, this.#stop.signal)
    this.#follow(number, end, hasNext)
  }

  #follow(number: number, end: string | null, hasNext: boolean): void {
    const next = this.#pages[number + 1]
    const { ids } = this.#pages[number]!
    if (!hasNext || end === null) {
      this.#isAtEnd = true
      for (const page of this.#pages.splice(number + 1)) this.#forget(page)
      if (ids) this.count.value = number * PAGE_SIZE + ids.length
    } else if (!next) {
      this.#isAtEnd = false
      this.#pages.push({ after: end })
    } else if (next.after !== end) {
      next.after = end // the list has changed between the two: the next one begins where this one ends
      next.isStale = true
    }
  }

  // What has come as a change meanwhile may be newer than the page.
  #keep(row: Row): void {
    const known = this.#rows.get(row.id)
    if (!known) this.#rows.set(row.id, { row, pages: 1 })
    else {
      known.pages += 1
      if (row.version >= known.row.version) known.row = row
    }
  }

  #forget(page: Page): void {
    for (const id of page.ids ?? []) {
      const known = this.#rows.get(id)
      if (known && --known.pages === 0) this.#rows.delete(id)
    }
    delete page.ids
  }

  #evict(): void {
    const loaded = this.#pages.map((page, number) => ({ page, number })).filter(({ page }) => page.ids)
    if (loaded.length <= PAGES_KEPT) return
    const middle = (this.#wanted.first + this.#wanted.last) / 2
    loaded.sort((one, other) => Math.abs(other.number - middle) - Math.abs(one.number - middle))
    for (const { page } of loaded.slice(0, loaded.length - PAGES_KEPT)) this.#forget(page)
  }
}
