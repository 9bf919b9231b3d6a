// Sums over what the table lists, and whether there is more or less of it than the table shows.
import { useEffect, useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { units, worth } from '../../format/number'
import { StockTotalsDocument, type StockTotalsSubscription } from '../../gql/graphql'
import { common } from '../../text/common'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import { type Filters, whereOf } from './filters'
import type { Levels } from './levels'
import styles from './Stock.module.css'

export type Totals = StockTotalsSubscription['inventorySummary']['summary']['totals']

const SETTLED_AFTER = 3_000 // sums are read again a moment after rows

/** Follow the sums over levels; undefined until those of these filters are there. */
export function useTotals(filters: Filters): Totals | undefined {
  const [found, setFound] = useState<{ key: string; totals: Totals }>()
  const filter = whereOf(filters)
  const key = JSON.stringify(filter)
  useLive(
    StockTotalsDocument,
    { filter },
    { next: ({ inventorySummary }) => setFound({ key, totals: inventorySummary.summary.totals }) },
  )
  return found?.key === key ? found.totals : undefined
}

export function Figures({ totals }: { totals: Totals | undefined }) {
  const figures: [string, string][] = totals
    ? [
        [stock.levels, units(totals.levels)],
        [common.onHand, units(totals.onHand)],
        [common.available, units(totals.available)],
        [stock.low, units(totals.lowLevels)],
        [stock.out, units(totals.outLevels)],
        [common.value, worth(totals.onHandValue)],
      ]
    : []
  return (
    <dl class={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface NewsProps {
  levels: Levels
  totals: Totals | undefined
  onShow(): void
}

/** Says that the list has changed under the table, which keeps its rows in place until somebody asks. */
export function News({ levels, totals, onShow }: NewsProps) {
  const count = levels.rows.count.value
  const left = levels.left.value
  const more = count === undefined || !totals ? 0 : Math.max(0, totals.levels - (count - left))
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    setSettled(false)
    const timer = setTimeout(() => setSettled(true), SETTLED_AFTER)
    return () => clearTimeout(timer)
  }, [more, left, levels])
  if (!isSettled || more + left === 0) return null
  return (
    <div class={styles.news} role="status">
      {stock.news(more ? units(more) : '', left ? units(left) : '')}
      <Button onClick={onShow}>{stock.show}</Button>
    </div>
  )
}
