// How much of the item there was over time, with what came, was sold and was counted.
import { useMemo } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { present } from '../../format/clock'
import { change, units } from '../../format/number'
import { ItemCountsDocument } from '../../gql/graphql'
import { place, setSearch } from '../../shell/location'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'
import { Chart, type Series } from '../../ui/Chart'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded, Skeleton } from '../../ui/States'
import type { LevelRow } from '../stock/levelRow'
import { type Marks, plotOf, summed } from './history'
import styles from './Item.module.css'
import { useHistories } from './useHistories'

const PERIODS = ['30', '90', '365'] as const
const POINTS = { '30': 30, '90': 90, '365': 122 }
const AGAIN_EVERY = 60_000
const DAY = 86_400_000

interface HistoryProps {
  sku: string
  levels: readonly LevelRow[]
  /** The location that is shown, or null for all of them together. */
  location: string | null
}

const notes = ({ units: moved }: Marks, format: (count: number) => string) =>
  moved.map((count) => (count === null ? null : format(count)))

export function HistoryPanel({ sku, levels, location }: HistoryProps) {
  const asked = place.value.search.get('days')
  const days = PERIODS.find((period) => period === asked) ?? '90'
  const from = useMemo(() => new Date(present() - Number(days) * DAY).toISOString(), [sku, days])
  const locations = location === null ? null : [location]
  const { query, histories } = useHistories({ sku, locations, days: Number(days), points: POINTS[days] })
  const counted = useQuery(ItemCountsDocument, { sku, location, from }, { everyMs: AGAIN_EVERY })

  const shown = location === null ? levels : levels.filter((level) => level.location.code === location)
  const onHand = shown.reduce((sum, level) => sum + level.onHand, 0)
  const available = shown.reduce((sum, level) => sum + level.available, 0)
  const [only] = shown
  const reorderPoint = (shown.length === 1 && only?.reorderPoint) || null
  const plot = useMemo(() => {
    const now = shown.length > 0 ? { onHand, available } : undefined
    return plotOf(summed(histories ?? []), counted.data?.movements.nodes ?? [], now)
  }, [histories, counted.data, onHand, available, shown.length])

  const series: Series[] = [
    { label: common.onHand, ink: 'info', isStepped: true },
    { label: common.available, ink: 'accent', isStepped: true, isFilled: true },
    { label: text.receipts, ink: 'info', isPoints: true, notes: notes(plot.receipts, change) },
    { label: text.sales, ink: 'muted', isPoints: true, notes: notes(plot.sales, (count) => change(-count)) },
    { label: text.counts, ink: 'warn', isPoints: true, notes: notes(plot.counts, change) },
    ...(reorderPoint === null ? [] : [{ label: stock.reorderPoint, ink: 'bad' as const, isDashed: true }]),
  ]
  const flat = reorderPoint === null ? [] : [plot.times.map(() => reorderPoint)]
  return (
    <Panel
      title={text.history}
      hint={location ?? text.allLocations}
      actions={
        <div class={styles.periods} role="group" aria-label={text.period}>
          {PERIODS.map((period) => (
            <button
              key={period}
              type="button"
              aria-pressed={period === days}
              onClick={() => setSearch({ days: period === '90' ? null : period })}
            >
              {text.days(period)}
            </button>
          ))}
        </div>
      }
    >
      <Loaded query={query}>
        {() =>
          histories === undefined ? (
            <Skeleton lines={8} />
          ) : plot.times.length === 0 ? (
            <Empty>{text.noHistory}</Empty>
          ) : (
            <Chart
              label={text.historyLabel(units(onHand), units(available), text.days(days))}
              data={[plot.times, plot.onHand, plot.available, plot.receipts.at, plot.sales.at, plot.counts.at, ...flat]}
              series={series}
              height={280}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}
