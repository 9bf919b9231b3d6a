// What there is, and what happens with it now.
import { useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import type { Problem } from '../../api/problem'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { OverviewSummaryDocument, type OverviewSummarySubscription } from '../../gql/graphql'
import { overview } from '../../text/overview'
import { shell } from '../../text/shell'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { Failed, Skeleton } from '../../ui/States'
import { Alerts } from './Alerts'
import { Figures } from './Figures'
import { Changes, LedgerPanel, useLedger } from './Ledger'
import { Locations, LocationsComing } from './Locations'
import { Movers } from './Movers'
import styles from './Overview.module.css'
import { Status } from './Status'

type Summary = OverviewSummarySubscription['inventorySummary']['summary']

export default function Overview() {
  const [summary, setSummary] = useState<Summary>()
  const [problem, setProblem] = useState<Problem>()
  useLive(
    OverviewSummaryDocument,
    {},
    {
      next({ inventorySummary }) {
        setProblem(undefined)
        setSummary(inventorySummary.summary)
      },
      failed: setProblem,
    },
  )
  const ledger = useLedger()
  return (
    <>
      <PageHeader title={shell.pages.overview} />
      {problem && <Failed problem={problem} />}
      <div class={styles.page}>
        <Figures totals={summary?.totals} />
        <section aria-label={overview.locations}>
          {summary ? <Locations places={summary.byLocation} /> : <LocationsComing />}
        </section>
        <div class={styles.columns}>
          <div class={styles.column}>
            <Changes rate={ledger.rate} />
            <LedgerPanel {...ledger} />
          </div>
          <div class={styles.column}>
            <Panel title={overview.levels} hint={summary && overview.levelsHint(units(summary.totals.levels))}>
              {summary ? <Status totals={summary.totals} /> : <Skeleton lines={4} />}
            </Panel>
            {may('INSIGHTS_READ') && <Alerts />}
            {may('INSIGHTS_READ') && <Movers />}
          </div>
        </div>
      </div>
    </>
  )
}
