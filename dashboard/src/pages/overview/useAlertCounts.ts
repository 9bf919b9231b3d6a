// The numbers of open alerts as they change, and as alerts age: of that alone no event tells.
import { useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { type AlertNumbersFragment, OverviewAlertAgesDocument, OverviewAlertsDocument } from '../../gql/graphql'

const AGED_AFTER = 60_000

/** Return whichever of two numbers is later. */
export function laterOf<Counts extends { asOf: string }>(
  one: Counts | undefined,
  other: Counts | undefined,
): Counts | undefined {
  if (!one || !other) return one ?? other
  return Date.parse(one.asOf) >= Date.parse(other.asOf) ? one : other
}

export function useAlertCounts(): AlertNumbersFragment | undefined {
  const [counts, setCounts] = useState<AlertNumbersFragment>()
  useLive(OverviewAlertsDocument, {}, { next: ({ alertCounts }) => setCounts(alertCounts.counts) })
  const aged = useQuery(OverviewAlertAgesDocument, {}, { everyMs: AGED_AFTER })
  return laterOf(counts, aged.data?.alertCounts)
}
