// Levels by status: one bar of shares, and the numbers, each of which leads to the levels it counts.
import { share, units } from '../../format/number'
import type { OverviewTotalsFragment } from '../../gql/graphql'
import { to } from '../../shell/location'
import { StatusBadge } from '../../ui/Badge'
import { classes } from '../../ui/classes'
import styles from './Status.module.css'

const STATUSES = ['IN_STOCK', 'LOW', 'OUT'] as const

export function Status({ totals }: { totals: OverviewTotalsFragment }) {
  const counts = { IN_STOCK: totals.inStockLevels, LOW: totals.lowLevels, OUT: totals.outLevels }
  return (
    <>
      <div class={styles.bar} aria-hidden="true">
        {STATUSES.map(
          (status) =>
            counts[status] > 0 && (
              <span key={status} class={classes(styles.part, styles[status])} style={{ flexGrow: counts[status] }} />
            ),
        )}
      </div>
      <ul class={styles.list}>
        {STATUSES.map((status) => (
          <li key={status}>
            <a class={styles.line} href={`${to('stock')}?status=${status}`}>
              <StatusBadge status={status} />
              <span class={styles.share}>{share(totals.levels > 0 ? counts[status] / totals.levels : 0)}</span>
              <b class={styles.count}>{units(counts[status])}</b>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
