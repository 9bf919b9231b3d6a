// The rows of the table: read by pages, and followed where they are in view.
import { signal } from '@preact/signals'
import { awaited } from '../../api/connection'
import { subscribe } from '../../api/live'
import { PagedRows, type PageOf } from '../../api/paged'
import { request } from '../../api/request'
import {
  StockChangesDocument,
  type StockLevelOrder,
  StockPageDocument,
  StockPageEndDocument,
  type StockRowFragment,
} from '../../gql/graphql'
import { type Filters, stillMatches, whereOf } from './filters'

/** By how much the counts that are shown have changed, for a moment. */
export interface Tick {
  at: number
  available: number
  onHand: number
}

export interface LevelRow extends StockRowFragment {
  tick?: Tick
  /** Whether it no longer is what was asked for. It stays in its place until the list is read again. */
  hasLeft?: boolean
}

const SETTLED_AFTER = 120 // of scrolling
const MOST_SKUS = 200 // that are followed: more than a screen has

/** Return a row as it is after a version of its level has come; the same one where that is not newer. */
export function ticked(row: LevelRow, level: StockRowFragment, filters: Filters, at: number): LevelRow {
  if (level.version <= row.version) return row
  const [available, onHand] = [level.available - row.available, level.onHand - row.onHand]
  const tick = available || onHand ? { tick: { at, available, onHand } } : {}
  return { ...level, ...tick, hasLeft: !stillMatches(filters, level) }
}

/** Return a page of levels. Raises Problem. */
export async function readPage(
  filters: Filters,
  orderBy: StockLevelOrder,
  after: string | null,
  stop?: AbortSignal,
): Promise<PageOf<LevelRow>> {
  const { stockLevels } = await request(
    StockPageDocument,
    { filter: whereOf(filters), orderBy, after, isFirst: after === null },
    stop,
  )
  const { nodes, pageInfo, totalCount } = stockLevels
  return {
    rows: nodes,
    end: pageInfo.endCursor ?? null,
    hasNext: pageInfo.hasNextPage,
    ...(totalCount === undefined ? {} : { total: totalCount }),
  }
}

/** The levels that filters select, in an order of the server's. */
export class Levels {
  readonly rows: PagedRows<LevelRow>
  /** How many loaded rows no longer match. */
  readonly left = signal(0)

  readonly #filters: Filters
  readonly #left = new Set<string>()
  #end: (() => void) | undefined
  #arrived = () => {}
  #followed = ''
  #settled: ReturnType<typeof setTimeout> | undefined
  #frame: number | undefined

  constructor(filters: Filters, orderBy: StockLevelOrder) {
    this.#filters = filters
    const filter = whereOf(filters)
    this.rows = new PagedRows({
      read: (after, stop) => readPage(filters, orderBy, after, stop),
      async readEnd(after, stop) {
        const { stockLevels } = await request(StockPageEndDocument, { filter, orderBy, after }, stop)
        return { end: stockLevels.pageInfo.endCursor ?? null, hasNext: stockLevels.pageInfo.hasNextPage }
      },
    })
  }

  /** Load and follow the rows in view. */
  look(first: number, last: number): void {
    const isThere = this.rows.at(first) !== undefined && this.rows.at(last) !== undefined
    clearTimeout(this.#settled)
    this.#settled = setTimeout(() => this.#follow(first, last), SETTLED_AFTER)
    void this.rows.want(first, last).then(() => {
      if (!isThere) this.#follow(first, last)
    })
  }

  close(): void {
    clearTimeout(this.#settled)
    this.#arrived()
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#end?.()
    this.rows.close()
  }

  // Only what is in view is followed: its snapshot tells what has changed since the page was read, so that nothing is
  // missed between the two, and none of a million other levels is sent.
  #follow(first: number, last: number): void {
    const seen = Array.from({ length: last - first + 1 }, (_, at) => this.rows.at(first + at)).filter(
      (row) => row !== undefined,
    )
    const skus = [...new Set(seen.map(({ item }) => item.sku))].slice(0, MOST_SKUS)
    const locations = [...new Set(seen.map(({ location }) => location.code))]
    const wanted = JSON.stringify([skus, locations])
    if (skus.length === 0 || wanted === this.#followed) return
    this.#followed = wanted
    const end = this.#end
    this.#arrived()
    this.#end = subscribe(
      StockChangesDocument,
      { filter: { skus, locations } },
      {
        connected: () => (this.#arrived(), (this.#arrived = awaited())), // of scrolling nobody has to know; of a lost connection they have
        next: ({ stockLevels }) => (this.#arrived(), this.#take(stockLevels.level)),
        failed: () => this.#arrived(),
      },
      { isQuiet: true },
    )
    end?.()
  }

  #take(level: StockRowFragment): void {
    let hasChanged = false
    this.rows.apply(level.id, (row) => {
      const next = ticked(row, level, this.#filters, Date.now())
      hasChanged = next !== row
      return next
    })
    if (!hasChanged) return
    if (stillMatches(this.#filters, level)) this.#left.delete(level.id)
    else this.#left.add(level.id)
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      this.left.value = this.#left.size
      this.rows.changed()
    })
  }
}
