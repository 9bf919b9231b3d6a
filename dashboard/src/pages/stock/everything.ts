// All levels that filters select, page after page.
import { persist } from '../../api/action'
import type { Filters, Order } from './filters'
import type { LevelRow } from './levelRow'
import { readPage } from './levels'

/** Yield every level once, in pages. Raises Problem; ends where it is stopped. */
export async function* everyLevel(
  filters: Filters,
  order: Order,
  stop: AbortSignal,
): AsyncGenerator<{ rows: LevelRow[]; total: number }> {
  const seen = new Set<string>()
  let after: string | null = null
  let total = 0
  for (let hasNext = true; hasNext && !stop.aborted; ) {
    const page = await persist(() => readPage(filters, order, after, stop))
    total = page.total ?? total
    const rows = page.rows.filter(({ id }) => !seen.has(id)) // a level that moves in the order meanwhile may come twice
    for (const { id } of rows) seen.add(id)
    yield { rows, total: Math.max(total, seen.size) }
    after = page.end
    hasNext = page.hasNext && after !== null
  }
}
