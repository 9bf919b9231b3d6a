// The rows of the table: read by pages, and followed where they are in view.
import { signal } from '@preact/signals'
import { awaited } from '../../api/connection'
import { subscribe } from '../../api/live'
import { PagedRows, type PageOf } from '../../api/paged'
import { request } from '../../api/request'
import { StockChangesDocument, StockPageDocument, StockPageEndDocument, type StockRowFragment } from '../../gql/graphql'
import { type Filters, type Order, stillMatches, whereOf } from './filters'
import { type LevelRow, ticked } from './levelRow'

const SETTLED_AFTER = 120 // of scrolling
const MOST_SKUS = 200 // that are followed: more than a screen has

const asked = ({ by, isDescending }: Order) => ({ orderBy: by, descending: isDescending })

/** Return a page of levels. Raises Problem. */
export async function readPage(
  filters: Filters,
  order: Order,
  after: string | null,
  stop?: AbortSignal,
): Promise<PageOf<LevelRow>> {
  const { stockLevels } = await request(
    StockPageDocument,
    { filter: whereOf(filters), ...asked(order), after, isFirst: after === null },
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
  readonly #early = new Map<string, StockRowFragment>() // levels that came before the pages with their rows
  #end: (() => void) | undefined
  #arrived = () => {}
  #followed = ''
  #settled: ReturnType<typeof setTimeout> | undefined
  #frame: number | undefined

  constructor(filters: Filters, order: Order) {
    this.#filters = filters
    const filter = whereOf(filters)
    this.rows = new PagedRows({
      read: async (after, stop) => {
        const page = await readPage(filters, order, after, stop)
        return { ...page, rows: page.rows.map((row) => this.#brought(row)) }
      },
      async readEnd(after, stop) {
        const { stockLevels } = await request(StockPageEndDocument, { filter, ...asked(order), after }, stop)
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
    this.#early.clear() // they come again with the snapshot
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

  // A page may have been read before a change that came first.
  #brought(row: LevelRow): LevelRow {
    const early = this.#early.get(row.id)
    return early ? ticked(row, early, this.#filters, Date.now()) : row
  }

  #take(level: StockRowFragment): void {
    let hasChanged = false
    const isLoaded = this.rows.apply(level.id, (row) => {
      const next = ticked(row, level, this.#filters, Date.now())
      hasChanged = next !== row
      return next
    })
    if (!isLoaded) this.#early.set(level.id, level)
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
