// A row of the table, and what becomes of it when its level changes.
import type { StockRowFragment } from '../../gql/graphql'
import { type Filters, stillMatches } from './filters'

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

/** Return a row as it is after a version of its level has come; the same one where that is not newer. */
export function ticked(row: LevelRow, level: StockRowFragment, filters: Filters, at: number): LevelRow {
  if (level.version <= row.version) return row
  const [available, onHand] = [level.available - row.available, level.onHand - row.onHand]
  const tick = available || onHand ? { tick: { at, available, onHand } } : {}
  return { ...level, ...tick, hasLeft: !stillMatches(filters, level) }
}
