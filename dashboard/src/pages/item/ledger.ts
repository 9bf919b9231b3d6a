// The ledger of an item: what is new on top as it comes, and the past page by page.
import { signal } from '@preact/signals'
import { subscribe } from '../../api/live'
import { PagedRows } from '../../api/paged'
import { request } from '../../api/request'
import {
  ItemLedgerDocument,
  ItemLedgerEndDocument,
  ItemMovementsDocument,
  type LedgerRowFragment,
  type MovementReason,
} from '../../gql/graphql'

const MOST_NEW = 1_000

export interface LedgerFilter {
  sku: string
  location: string | null
  reasons: MovementReason[] | null
}

/** Rows that came after the first page was read, the newest first, each once. */
export class NewRows<Row extends { id: string }> {
  readonly #rows: Row[] = []
  #isKnown = new Set<string>()

  get rows(): readonly Row[] {
    return this.#rows
  }

  /** Leave out rows that the past has, too: those of its first page, and all that had come before that was asked for. */
  settle(page: readonly Row[], earlier: ReadonlySet<Row> = new Set()): void {
    const read = new Set(page.map(({ id }) => id))
    const rest = this.#rows.filter((row) => !read.has(row.id) && !earlier.has(row))
    this.#rows.splice(0, this.#rows.length, ...rest)
    this.#isKnown = new Set([...read, ...rest.map(({ id }) => id)])
  }

  /** Put a row on top, unless it is known. */
  add(row: Row): boolean {
    if (this.#isKnown.has(row.id)) return false
    this.#isKnown.add(row.id)
    this.#rows.unshift(row)
    return true
  }
}

export class Ledger {
  readonly past: PagedRows<LedgerRowFragment>
  /** Changes with what is new. */
  readonly revision = signal(0)

  readonly #new = new NewRows<LedgerRowFragment>()
  readonly #end: () => void
  #frame: number | undefined
  #isRenewing = false

  constructor(filter: LedgerFilter) {
    this.past = new PagedRows({
      read: async (after, stop) => {
        const earlier = new Set(this.#new.rows)
        const { movements } = await request(ItemLedgerDocument, { ...filter, after, isFirst: after === null }, stop)
        const { nodes, pageInfo, totalCount } = movements
        if (after === null) {
          this.#new.settle(nodes, earlier)
          this.#isRenewing = false
        }
        const total = totalCount === undefined ? {} : { total: totalCount }
        return { rows: nodes, end: pageInfo.endCursor ?? null, hasNext: pageInfo.hasNextPage, ...total }
      },
      async readEnd(after, stop) {
        const { movements } = await request(ItemLedgerEndDocument, { ...filter, after }, stop)
        return { end: movements.pageInfo.endCursor ?? null, hasNext: movements.pageInfo.hasNextPage }
      },
    })
    this.#end = subscribe(ItemMovementsDocument, filter, {
      next: ({ movements: { movement } }) => {
        // Its first event only says where the feed begins: from there on nothing is missed, so the past is read now.
        if (!movement) void this.past.want(0, 0)
        else if (this.#new.add(movement)) {
          this.#frame ??= requestAnimationFrame(() => this.#show())
          this.#renew()
        }
      },
      failed: () => void this.past.want(0, 0),
    })
  }

  get count(): number | undefined {
    const past = this.past.count.value
    return past === undefined ? undefined : past + this.#new.rows.length
  }

  at(index: number): LedgerRowFragment | undefined {
    return this.#new.rows[index] ?? this.past.at(index - this.#new.rows.length)
  }

  look(first: number, last: number): void {
    const above = this.#new.rows.length
    void this.past.want(Math.max(0, first - above), Math.max(0, last - above))
  }

  close(): void {
    this.#end()
    this.past.close()
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
  }

  // What has been on top for long is read as the past, so that the top does not grow without an end.
  #renew(): void {
    if (this.#isRenewing || this.#new.rows.length < MOST_NEW) return
    this.#isRenewing = true
    this.past.refresh()
  }

  #show(): void {
    this.#frame = undefined
    this.revision.value += 1
  }
}
