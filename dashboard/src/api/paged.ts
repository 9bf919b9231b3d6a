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

interface Page<Row> {
  after: string | null
  rows?: Row[]
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
  readonly #pages: Page<Row>[] = [{ after: null }]
  readonly #places = new Map<string, { page: Page<Row>; at: number }>()
  readonly #stop = new AbortController()
  #isAtEnd = false
  #wanted = { first: 0, last: 0 }
  #reading: Promise<void> | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(reader: PageReader<Row>) {
    this.#reader = reader
  }

  /** Return the row of an index, or undefined while it is not loaded. */
  at(index: number): Row | undefined {
    return this.#pages[Math.floor(index / PAGE_SIZE)]?.rows?.[index % PAGE_SIZE]
  }

  /** Return the row of an id, if it is loaded. */
  find(id: string): Row | undefined {
    const place = this.#places.get(id)
    return place?.page.rows?.[place.at]
  }

  /** Return all rows that are loaded, in their order. */
  loaded(): Row[] {
    return this.#pages.flatMap(({ rows }) => rows ?? [])
  }

  /** Whether every row of the list is loaded. */
  get isComplete(): boolean {
    return this.#isAtEnd && this.#pages.every(({ rows }) => rows !== undefined)
  }

  /** Load what is missing of the rows from the first to the last, and a little beyond. */
  want(first: number, last: number): Promise<void> {
    this.#wanted = { first: Math.floor(first / PAGE_SIZE), last: Math.floor(last / PAGE_SIZE) }
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Replace a loaded row by a newer version of it. Returns whether it is loaded. */
  apply(id: string, change: (row: Row) => Row): boolean {
    const place = this.#places.get(id)
    const row = place?.page.rows?.[place.at]
    if (!place?.page.rows || !row) return false
    place.page.rows[place.at] = change(row)
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
      if (this.problem.peek()) this.problem.value = undefined
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const problem = error instanceof Problem ? error : unreachable()
      this.problem.value = problem
      if (problem.isTemporary)
        this.#again = setTimeout(
          () => void this.want(this.#wanted.first * PAGE_SIZE, this.#wanted.last * PAGE_SIZE),
          AGAIN_AFTER,
        )
    }
  }

  /** Return the page to be read next: one in view, else one ahead, else the last known one on the way to them. */
  #next(): number | undefined {
    if (this.#stop.signal.aborted) return undefined
    const { first, last } = this.#wanted
    const until = last + AHEAD
    for (let number = first; number <= until; number += 1) {
      const page = this.#pages[number]
      if (page && (!page.rows || page.isStale)) return number
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
    this.#forget(page)
    page.rows = [...rows]
    page.isStale = false
    for (const [at, { id }] of rows.entries()) this.#places.set(id, { page, at })
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
    if (number < this.#pages.length - 1) return
    this.#isAtEnd = !hasNext || end === null
    const { rows } = this.#pages[number]!
    if (!this.#isAtEnd) this.#pages.push({ after: end })
    else if (rows) this.count.value = number * PAGE_SIZE + rows.length
  }

  #forget(page: Page<Row>): void {
    for (const { id } of page.rows ?? []) if (this.#places.get(id)?.page === page) this.#places.delete(id)
    delete page.rows
  }

  #evict(): void {
    const loaded = this.#pages.map((page, number) => ({ page, number })).filter(({ page }) => page.rows)
    if (loaded.length <= PAGES_KEPT) return
    const middle = (this.#wanted.first + this.#wanted.last) / 2
    loaded.sort((one, other) => Math.abs(other.number - middle) - Math.abs(one.number - middle))
    for (const { page } of loaded.slice(0, loaded.length - PAGES_KEPT)) this.#forget(page)
  }
}
