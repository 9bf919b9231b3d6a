// How many levels there are of each class, and how many do not sell at all.
import { useQuery } from '../../api/query'
import { units } from '../../format/number'
import { InsightClassesDocument, type InventoryInsightFilter } from '../../gql/graphql'
import { insight } from '../../text/insight'
import { Bars } from '../../ui/Bars'
import { Panel } from '../../ui/Panel'
import { Loaded } from '../../ui/States'

export function Classes({ filter, days }: { filter: InventoryInsightFilter; days: number }) {
  const query = useQuery(InsightClassesDocument, {
    a: { ...filter, abcClasses: ['A'] },
    b: { ...filter, abcClasses: ['B'] },
    c: { ...filter, abcClasses: ['C'] },
    dead: { ...filter, isDeadStock: true },
    days,
  })
  return (
    <Panel title={insight.classLevels}>
      <Loaded query={query}>
        {({ a, b, c, dead }) => (
          <Bars
            label={insight.classesLabel}
            bars={[
              { key: 'A', label: insight.class('A'), value: a.totalCount, text: units(a.totalCount) },
              { key: 'B', label: insight.class('B'), value: b.totalCount, text: units(b.totalCount), tone: 'info' },
              { key: 'C', label: insight.class('C'), value: c.totalCount, text: units(c.totalCount), tone: 'plain' },
              {
                key: 'dead',
                label: insight.deadLevels,
                value: dead.totalCount,
                text: units(dead.totalCount),
                tone: 'warn',
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
