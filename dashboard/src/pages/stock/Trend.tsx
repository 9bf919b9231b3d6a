// The last 30 days of a level as a small line.
import { useEffect } from 'preact/hooks'
import { units } from '../../format/number'
import { stock } from '../../text/stock'
import { Sparkline } from '../../ui/Sparkline'
import type { LevelRow } from './levelRow'
import styles from './Stock.module.css'
import { lookAt, trendOf } from './trends'

export function Trend({ row }: { row: LevelRow }) {
  useEffect(() => lookAt(row.id), [row.id])
  const values = trendOf(row.id).value
  if (!values) return <span class={styles.noTrend} />
  const known = values.filter((value) => value !== null)
  const label = stock.trendLabel(units(Math.min(...known)), units(Math.max(...known)), units(row.onHand))
  return <Sparkline values={[...values.slice(0, -1), row.onHand]} label={label} />
}
