// What there is, and what happens with it now.
import { useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { units } from '../../format/number'
import { OverviewTotalsDocument, type OverviewTotalsSubscription } from '../../gql/graphql'
import { common } from '../../text/common'
import { shell } from '../../text/shell'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { Skeleton } from '../../ui/States'

type Totals = OverviewTotalsSubscription['inventorySummary']['summary']['totals']

export default function Overview() {
  const [totals, setTotals] = useState<Totals>()
  useLive(OverviewTotalsDocument, {}, { next: ({ inventorySummary }) => setTotals(inventorySummary.summary.totals) })
  return (
    <>
      <PageHeader title={shell.pages.overview} />
      <Panel title={common.onHand}>{totals ? <p>{units(totals.onHand)}</p> : <Skeleton />}</Panel>
    </>
  )
}
