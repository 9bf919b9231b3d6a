// Which locations are shown where there are too many for all of them.
import type { OverviewSummarySubscription } from '../../gql/graphql'

export type Place = OverviewSummarySubscription['inventorySummary']['summary']['byLocation'][number]

/** Return so many places at most: those where most is out, then low, in the order in which they came. */
export function worstOf<P extends { totals: { outLevels: number; lowLevels: number } }>(
  places: readonly P[],
  most: number,
): readonly P[] {
  if (places.length <= most) return places
  const worst = [...places].sort(
    ({ totals: one }, { totals: other }) => other.outLevels - one.outLevels || other.lowLevels - one.lowLevels,
  )
  const chosen = new Set(worst.slice(0, most))
  return places.filter((place) => chosen.has(place))
}
