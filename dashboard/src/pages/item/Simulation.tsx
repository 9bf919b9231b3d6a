// The last days of a level, replayed with another policy by moving sliders, beside what really came to pass.
import { useId, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { measure, money, share, units } from '../../format/number'
import { ItemSimulationDocument, type ItemSimulationQuery } from '../../gql/graphql'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'
import { Button } from '../../ui/Button'
import { Chart, type Series } from '../../ui/Chart'
import { SelectField } from '../../ui/Field'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded } from '../../ui/States'
import { useSettled } from '../../ui/useSettled'
import { METHODS } from '../stock/filters'
import type { LevelRow } from '../stock/levelRow'
import { PolicyDialog } from '../stock/PolicyDialog'
import styles from './Policy.module.css'
import { changed, formOf, inputOf, isUpsideDown, rangeOf, type TriedName, trialOf, triedBy } from './trial'
import type { Policy } from './why'

const DAYS = 90

type Replay = NonNullable<ItemSimulationQuery['replenishmentSimulation']>

export function Simulation({ level, policy }: { level: LevelRow; policy: Policy }) {
  const [start] = useState(() => ({ policy, most: Math.max(level.onHand, policy.targetLevel ?? 0) }))
  const [trial, setTrial] = useState(() => trialOf(start.policy, start.most))
  const [isSetting, setSetting] = useState(false)
  const place = { sku: level.item.sku, location: level.location.code }
  const settled = useSettled(trial)
  const isAsked = !isUpsideDown(settled)
  const query = useQuery(ItemSimulationDocument, isAsked ? { input: inputOf(settled, place, DAYS) } : null)
  const most = Math.max(
    start.most,
    ...(query.data?.replenishmentSimulation?.days ?? []).map((day) => day.actualOnHand ?? 0),
  )
  const move = (name: TriedName, value: number) => setTrial({ ...trial, numbers: { ...trial.numbers, [name]: value } })
  return (
    <Panel
      title={text.replayTitle}
      hint={text.days(units(DAYS))}
      actions={
        may('STOCK_WRITE') && (
          <Button kind="primary" disabled={isUpsideDown(trial)} onClick={() => setSetting(true)}>
            {text.setThis}
          </Button>
        )
      }
    >
      <div class={styles.replay}>
        <div class={styles.sliders}>
          <SelectField
            label={stock.method}
            hint={stock.methodHints[trial.method]}
            value={trial.method}
            options={METHODS.filter((name) => name !== 'NONE').map((name) => [name, stock.methods[name]] as const)}
            onValue={(method) => setTrial(changed(trial, method, start.policy, start.most))}
          />
          {triedBy(trial.method).map((name) => (
            <Slider
              key={name}
              name={name}
              value={trial.numbers[name] ?? 0}
              range={rangeOf(name, start.policy, most)}
              onValue={(value) => move(name, value)}
            />
          ))}
          {isUpsideDown(trial) && <p class={styles.wrong}>{text.upsideDown}</p>}
        </div>
        <div class={styles.outcome}>
          {isAsked || query.data ? (
            <Loaded query={query}>
              {({ replenishmentSimulation }) =>
                replenishmentSimulation ? <Outcome replay={replenishmentSimulation} /> : <Empty>{text.noReplay}</Empty>
              }
            </Loaded>
          ) : null}
        </div>
      </div>
      {isSetting && <PolicyDialog targets={[level]} start={formOf(trial)} onClose={() => setSetting(false)} />}
    </Panel>
  )
}

interface SliderProps {
  name: TriedName
  value: number
  range: { min: number; max: number; step: number }
  onValue(value: number): void
}

function Slider({ name, value, range, onValue }: SliderProps) {
  const id = useId()
  const shown = name === 'serviceLevel' ? share(value) : units(value)
  const take = (typed: string) => {
    const number = Number(typed)
    if (typed.trim() !== '' && !Number.isNaN(number) && number >= range.min) onValue(number)
  }
  return (
    <div class={styles.slider}>
      <label for={id}>{stock.settings[name]}</label>
      <input
        type="number"
        class={styles.exact}
        aria-label={text.exactly(stock.settings[name])}
        value={value}
        min={range.min}
        step={name === 'serviceLevel' ? range.step : 1}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
      <input
        id={id}
        type="range"
        {...range}
        max={Math.max(range.max, value)}
        value={value}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => onValue(Number(currentTarget.value))}
      />
    </div>
  )
}

const SERIES: readonly Series[] = [
  { label: text.actual, ink: 'muted', isStepped: true },
  { label: text.simulated, ink: 'accent', isStepped: true, isFilled: true },
  { label: text.wouldLose, ink: 'bad', isPoints: true },
]

function Outcome({ replay }: { replay: Replay }) {
  const { days, actual, simulated, orderCount, leadTimeDays, supplier } = replay
  const lost = days.map((day) => (day.lost > 0 ? 0 : null))
  const notes = days.map((day) => (day.lost > 0 ? units(day.lost) : null))
  const series = SERIES.map((each, at) => (at === 2 ? { ...each, notes } : each))
  const counted = (count: number | null | undefined) => (count === null || count === undefined ? '–' : units(count))
  const rows: [string, string, string, boolean][] = [
    [
      text.figures.out,
      units(actual.daysOutOfStock),
      units(simulated.daysOutOfStock),
      simulated.daysOutOfStock > actual.daysOutOfStock,
    ],
    [
      text.figures.lost,
      counted(actual.unitsLost),
      counted(simulated.unitsLost),
      (simulated.unitsLost ?? 0) > (actual.unitsLost ?? 0),
    ],
    [text.figures.mean, measure(actual.meanOnHand), measure(simulated.meanOnHand), false],
    [text.figures.value, money(actual.meanValue) || '–', money(simulated.meanValue) || '–', false],
    [text.figures.sold, units(actual.unitsSold), units(simulated.unitsSold), simulated.unitsSold < actual.unitsSold],
    [text.figures.received, units(actual.unitsReceived), units(simulated.unitsReceived), false],
    [text.figures.orders, '–', units(orderCount), false],
  ]
  return (
    <>
      <Chart
        label={text.replayLabel(units(simulated.daysOutOfStock), units(actual.daysOutOfStock))}
        data={[
          days.map(({ at }) => Date.parse(at) / 1000),
          days.map(({ actualOnHand }) => actualOnHand ?? null),
          days.map(({ onHand }) => onHand ?? null),
          lost,
        ]}
        series={series}
        height={240}
      />
      <table class={styles.figures}>
        <caption class="visually-hidden">{text.replayTitle}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{text.actual}</th>
            <th scope="col">{text.simulated}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, before, after, isWorse]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{before}</td>
              <td class="number">
                <strong>{after}</strong> {isWorse && <span class={styles.worse}>{text.worse}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        {typeof leadTimeDays === 'number'
          ? text.assumed(units(leadTimeDays), supplier?.name ?? common.unknown)
          : text.noLeadTime}
      </p>
    </>
  )
}
