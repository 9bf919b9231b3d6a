// Open alerts by what they are about, each leading to its list.
import { units } from '../../format/number'
import type { AlertNumbersFragment as Counts } from '../../gql/graphql'
import { to } from '../../shell/location'
import { overview } from '../../text/overview'
import type { Tone } from '../../ui/Badge'
import { Bars } from '../../ui/Bars'
import { Panel } from '../../ui/Panel'
import { Empty, Skeleton } from '../../ui/States'
import styles from './Alerts.module.css'
import { useAlertCounts } from './useAlertCounts'

const TONES: Record<Counts['byType'][number]['type'], Tone> = {
  OUT: 'bad',
  OVERSOLD: 'bad',
  SHORTFALL: 'bad',
  LOW: 'warn',
  STOCKOUT_RISK: 'warn',
  OVERSTOCK: 'info',
}

const AGES: readonly [Counts['byAge'][number]['age'], keyof typeof overview.ages][] = [
  ['UNDER_AN_HOUR', 'hour'],
  ['UNDER_A_DAY', 'day'],
  ['UNDER_A_WEEK', 'week'],
  ['OLDER', 'older'],
]

function Ages({ counts }: { counts: Counts }) {
  const of = (age: string) => counts.byAge.find((each) => each.age === age)?.alerts ?? 0
  return (
    <ul class={styles.ages} aria-label={overview.byAge}>
      {AGES.map(([age, name]) => (
        <li key={age}>
          <a class={styles.age} href={`${to('alerts')}?state=all&age=${name}`}>
            <b>{units(of(age))}</b>
            <span class="muted">{overview.ages[name]}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}

export function Alerts() {
  const counts = useAlertCounts()
  const shown = counts?.byType.filter(({ alerts }) => alerts > 0)
  return (
    <Panel
      title={overview.alerts}
      hint={counts && overview.alertsHint(units(counts.acknowledged), units(counts.snoozed))}
    >
      {!shown ? (
        <Skeleton lines={3} />
      ) : shown.length === 0 ? (
        <Empty icon="check" title={overview.noAlerts}>
          {overview.noAlertsHint}
        </Empty>
      ) : (
        <>
          <Bars
            label={overview.alerts}
            bars={shown.map(({ type, alerts }) => ({
              key: type,
              label: (
                <a class={styles.link} href={`${to('alerts')}?type=${type}`}>
                  {overview.types[type]}
                </a>
              ),
              value: alerts,
              text: units(alerts),
              tone: TONES[type],
            }))}
          />
          <Ages counts={counts!} />
        </>
      )}
    </Panel>
  )
}
