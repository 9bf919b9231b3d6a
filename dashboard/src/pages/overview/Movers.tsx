// What sells now.
import { useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { units } from '../../format/number'
import { OverviewMoversDocument, type OverviewMoversSubscription } from '../../gql/graphql'
import { to } from '../../shell/location'
import { overview } from '../../text/overview'
import { Bars } from '../../ui/Bars'
import { Panel } from '../../ui/Panel'
import { Empty, Skeleton } from '../../ui/States'
import styles from './Alerts.module.css'

type Movers = OverviewMoversSubscription['topMovers']['movers']

export function Movers() {
  const [movers, setMovers] = useState<Movers>()
  useLive(OverviewMoversDocument, {}, { next: ({ topMovers }) => setMovers(topMovers.movers) })
  const shown = movers?.filter(({ unitsSold }) => unitsSold > 0)
  return (
    <Panel title={overview.movers} hint={overview.moversHint}>
      {!shown ? (
        <Skeleton lines={6} />
      ) : shown.length === 0 ? (
        <Empty icon="insight" title={overview.noMovers}>
          {overview.noMoversHint}
        </Empty>
      ) : (
        <Bars
          label={overview.movers}
          bars={shown.map(({ item, unitsSold }) => ({
            key: item.id,
            label: (
              <a class={styles.link} href={to('items', item.sku)} title={item.sku}>
                {item.name}
              </a>
            ),
            value: unitsSold,
            text: units(unitsSold),
          }))}
        />
      )}
    </Panel>
  )
}
