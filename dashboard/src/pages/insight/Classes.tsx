// What the classes come to: the value sold, the value in stock, and how much of it does not sell at all.
import { useQuery } from '../../api/query'
import { share, units, worth } from '../../format/number'
import { InsightClassesDocument, type InsightClassesQuery, type InventoryInsightFilter } from '../../gql/graphql'
import { insight } from '../../text/insight'
import type { Tone } from '../../ui/Badge'
import { Bars } from '../../ui/Bars'
import { Panel } from '../../ui/Panel'
import { Loaded } from '../../ui/States'
import styles from './Insight.module.css'

type Totals = InsightClassesQuery['abcClassTotals'][number]

const TONES: Record<Totals['abcClass'], Tone> = { A: 'good', B: 'info', C: 'plain' }

/** Return the bars of a value by class, each with its share of the whole. */
function barsOf(totals: readonly Totals[], value: (of: Totals) => number) {
  const whole = totals.reduce((sum, each) => sum + value(each), 0)
  return totals.map((each) => ({
    key: each.abcClass,
    label: `${insight.class(each.abcClass)} · ${insight.levels(units(each.levels))}`,
    value: value(each),
    text: `${worth(value(each))} · ${share(whole > 0 ? value(each) / whole : 0)}`,
    tone: TONES[each.abcClass],
  }))
}

export function Classes({ filter, days }: { filter: InventoryInsightFilter; days: number }) {
  const query = useQuery(InsightClassesDocument, { filter, days })
  return (
    <Panel title={insight.byClass}>
      <Loaded query={query}>
        {({ abcClassTotals: totals }) => {
          const stock = barsOf(totals, ({ stockValue }) => Number(stockValue))
          const dead = totals.reduce((sum, { deadValue }) => sum + Number(deadValue), 0)
          const deadLevels = totals.reduce((sum, { deadLevels }) => sum + deadLevels, 0)
          return (
            <div class={styles.classes}>
              <h3>{insight.salesValue}</h3>
              <Bars label={insight.salesValue} bars={barsOf(totals, ({ salesValue }) => Number(salesValue))} />
              <h3>{insight.stockValue}</h3>
              <Bars
                label={insight.stockValue}
                bars={[
                  ...stock,
                  {
                    key: 'dead',
                    label: `${insight.deadLevels} · ${insight.levels(units(deadLevels))}`,
                    value: dead,
                    text: worth(dead),
                    tone: 'warn',
                  },
                ]}
              />
            </div>
          )
        }}
      </Loaded>
    </Panel>
  )
}
