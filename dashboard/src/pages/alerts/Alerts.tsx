// Open alerts as they are now: what is wrong, since when, who looks after it, and the order that answers it.
import { useMemo, useState } from 'preact/hooks'
import { useCollection } from '../../api/collection'
import { useLive } from '../../api/live'
import type { Problem } from '../../api/problem'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { now } from '../../format/clock'
import { units } from '../../format/number'
import {
  type AlertLevelFragment,
  AlertsFeedDocument,
  type AlertsFeedSubscription,
  AlertsLevelsAndOrdersDocument,
  type AlertsLevelsAndOrdersSubscription,
  AlertsLevelsDocument,
  AlertsOpenDocument,
  type StockAlertType,
} from '../../gql/graphql'
import { place, setSearch } from '../../shell/location'
import { alerts as text } from '../../text/alerts'
import { shell } from '../../text/shell'
import { states } from '../../text/states'
import { ui } from '../../text/ui'
import { Button } from '../../ui/Button'
import { Chips } from '../../ui/Chips'
import { LocationPicker } from '../../ui/CodePicker'
import { SelectField, TextField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { Panel } from '../../ui/Panel'
import { ALERT_LOOKS } from '../../ui/StateBadges'
import { Empty, Failed, Skeleton } from '../../ui/States'
import { Tabs } from '../../ui/Tabs'
import { AcknowledgeDialog, SnoozeDialog, useSnooze, wake } from './AlertDialogs'
import styles from './Alerts.module.css'
import { AlertTable, levelKey, PAGE } from './AlertTable'
import { isAnswered } from './Answer'
import { OrderDialog } from './OrderDialog'
import { AGES, type Age, type Choice, fits, type Grouping, grouped, type Handling, TYPES, worstFirst } from './sorting'

export type Alert = AlertsFeedSubscription['stockAlerts']['alert']
type Orders = AlertsLevelsAndOrdersSubscription['stockLevels']['level']['openPurchaseOrders']
/** With the orders that bring units to it, where the viewer may see them. */
export type Level = AlertLevelFragment & { openPurchaseOrders?: Orders }

type Doing = { what: 'acknowledge' | 'snooze' | 'order'; alerts: readonly Alert[] }

const HANDLINGS: readonly Handling[] = ['open', 'acknowledged', 'snoozed', 'all']
const GROUPINGS: readonly Grouping[] = ['type', 'location', 'age', 'none']
const WATCHED = 250 // levels of which the present numbers are shown: as many as the first pages of all headings

const oneOf = <Value extends string>(values: readonly Value[], text: string | null): Value | undefined =>
  values.find((value) => value === text)

function readChoice(search: URLSearchParams): Choice {
  return {
    handling: oneOf(HANDLINGS, search.get('state')) ?? 'open',
    types: new Set(TYPES.filter((type) => search.get('type')?.split(',').includes(type))),
    location: search.get('location'),
    age: oneOf(AGES, search.get('age')) ?? null,
    text: search.get('q') ?? '',
  }
}

/** Return what to watch for alerts: their levels, where the viewer may see some. */
function watchedOf(alerts: readonly Alert[]): { skus: string[]; locations: string[] } | null {
  if (alerts.length === 0 || !may('STOCK_READ')) return null
  return {
    skus: [...new Set(alerts.map(({ item }) => item.sku))].sort(),
    locations: [...new Set(alerts.map(({ location }) => location.code))].sort(),
  }
}

/** The levels of the alerts that are shown, as they are now. */
function useLevels(alerts: readonly Alert[]): ReadonlyMap<string, Level> {
  const plain = useCollection<Level>()
  const ordered = useCollection<Level>()
  const shown = alerts.slice(0, WATCHED)
  // Orders are read only where they answer the alert: they are what takes time.
  const answered = may('PURCHASING_READ') ? shown.filter(isAnswered) : []
  const others = may('PURCHASING_READ') ? shown.filter((alert) => !isAnswered(alert)) : shown
  useLive(AlertsLevelsDocument, watchedOf(others), {
    next: ({ stockLevels: { level } }) => plain.take(level),
  })
  useLive(AlertsLevelsAndOrdersDocument, watchedOf(answered), {
    next: ({ stockLevels: { level } }) => ordered.take(level),
  })
  const [all, known] = [plain.nodes.value, ordered.nodes.value]
  return useMemo(
    () => new Map([...all.values(), ...known.values()].map((level) => [levelKey(level), level])),
    [all, known],
  )
}

export default function Alerts() {
  const { search } = place.value
  const choice = readChoice(search)
  const grouping = oneOf(GROUPINGS, search.get('group')) ?? 'type'
  const minute = Math.floor(now.value / 60_000) * 60_000
  const [failure, setFailure] = useState<Problem>()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [doing, setDoing] = useState<Doing>()
  const snooze = useSnooze()

  const total = useQuery(AlertsOpenDocument, {})
  const collection = useCollection<Alert>()
  useLive(
    AlertsFeedDocument,
    {},
    {
      next: ({ stockAlerts: { alert } }) => (collection.take(alert, alert.state === 'OPEN'), setFailure(undefined)),
      connected: () => setFailure(undefined),
      failed: setFailure,
    },
    { isQuiet: true }, // where nothing is open, nothing arrives
  )
  const nodes = collection.nodes.value
  const all = useMemo(() => [...nodes.values()].sort(worstFirst), [nodes])
  const asked = search.toString()
  const shown = useMemo(() => all.filter((alert) => fits(alert, choice, minute)), [all, asked, minute])
  const groups = useMemo(() => grouped(shown, grouping, minute), [shown, grouping, minute])
  const levels = useLevels(useMemo(() => groups.flatMap(({ alerts }) => alerts.slice(0, PAGE)), [groups]))
  const chosen = shown.filter(({ id }) => selected.has(id))

  const count = (changed: Partial<Choice>) =>
    all.reduce((sum, alert) => sum + Number(fits(alert, { ...choice, ...changed }, minute)), 0)
  const toggleType = (type: StockAlertType) => {
    const next = TYPES.filter((name) => choice.types.has(name) !== (name === type))
    setSearch({ type: next.join(',') })
  }
  const names = new Map(all.map(({ location }) => [location.code, location.name]))
  const heading = (key: string) =>
    ({
      type: states.alerts[key as StockAlertType],
      location: names.get(key) ?? key,
      age: text.ages[key as Age],
      none: shell.pages.alerts,
    })[grouping] ?? key
  const start = (what: Doing['what'], alerts: readonly Alert[]) => setDoing({ what, alerts })
  const done = () => {
    setDoing(undefined)
    setSelected(new Set())
  }

  const chips = TYPES.map((id) => ({
    id,
    title: states.alerts[id],
    icon: ALERT_LOOKS[id].icon,
    count: count({ types: new Set([id]) }),
  })).filter(({ id, count: some }) => some > 0 || choice.types.has(id))
  const isLoading = all.length === 0 && !collection.hasTaken && total.data?.alerts.totalCount !== 0
  return (
    <>
      <PageHeader title={shell.pages.alerts} hint={text.hint} />
      {(failure ?? total.problem) && <Failed problem={(failure ?? total.problem)!} onRetry={total.refetch} />}
      {snooze.problem && <Failed problem={snooze.problem} />}
      <Tabs
        label={text.handlings}
        value={choice.handling}
        onValue={(handling) => setSearch({ state: handling === 'open' ? null : handling })}
        tabs={HANDLINGS.map((id) => ({
          id,
          title: text.handling[id],
          count: isLoading ? undefined : count({ handling: id }),
        }))}
      >
        <div class={styles.filters}>
          <Chips label={text.types} chosen={choice.types} onToggle={toggleType} chips={chips} />
          <div class={styles.fields}>
            <TextField type="search" label={text.search} value={choice.text} onValue={(q) => setSearch({ q })} />
            <LocationPicker value={choice.location} onValue={(location) => setSearch({ location })} />
            <SelectField
              label={text.age}
              value={choice.age ?? ''}
              onValue={(age) => setSearch({ age })}
              options={[['', text.anyAge], ...AGES.map((age) => [age, text.ages[age]] as const)]}
            />
            <SelectField
              label={text.groupBy}
              value={grouping}
              onValue={(group) => setSearch({ group: group === 'type' ? null : group })}
              options={GROUPINGS.map((name) => [name, text.groups[name]] as const)}
            />
          </div>
        </div>
        {isLoading && !failure && <Skeleton lines={8} />}
        {!isLoading && all.length === 0 && (
          <Empty icon="check" title={text.emptyTitle}>
            {text.emptyHint}
          </Empty>
        )}
        {all.length > 0 && shown.length === 0 && (
          <Empty icon="filter" title={text.noneFit}>
            <p>{text.noneFitHint}</p>
            <Button onClick={() => setSearch({ state: 'all', type: null, location: null, age: null, q: null })}>
              {text.showAll}
            </Button>
          </Empty>
        )}
        <div class={styles.groups}>
          {groups.map(({ key, alerts }) => (
            <Panel key={`${grouping}-${key}`} title={heading(key)} hint={units(alerts.length)} isFlush>
              <AlertTable
                label={heading(key)}
                grouping={grouping}
                alerts={alerts}
                levels={levels}
                selected={selected}
                onSelected={(keys) => setSelected(merged(selected, alerts, keys))}
                onAcknowledge={(alert) => start('acknowledge', [alert])}
                onSnooze={(alert) => start('snooze', [alert])}
                onWake={(alert) => void wake(snooze, [alert.id])}
                isWaking={snooze.isBusy}
                onOrder={(alert) => start('order', [alert])}
              />
            </Panel>
          ))}
        </div>
      </Tabs>
      {chosen.length > 0 && (
        <div class={styles.bar} role="region" aria-label={ui.selected(units(chosen.length))}>
          <strong>{ui.selected(units(chosen.length))}</strong>
          {may('INSIGHTS_WRITE') && (
            <Button icon="check" onClick={() => start('acknowledge', chosen)}>
              {text.acknowledge}
            </Button>
          )}
          {may('INSIGHTS_WRITE') && (
            <Button icon="clock" onClick={() => start('snooze', chosen)}>
              {text.snooze}
            </Button>
          )}
          {may('PURCHASING_WRITE') && (
            <Button icon="orders" onClick={() => start('order', chosen)}>
              {text.order}
            </Button>
          )}
          <Button kind="quiet" onClick={() => setSelected(new Set())}>
            {ui.unselect}
          </Button>
        </div>
      )}
      {doing?.what === 'acknowledge' && (
        <AcknowledgeDialog alerts={doing.alerts} onClose={() => setDoing(undefined)} onDone={done} />
      )}
      {doing?.what === 'snooze' && (
        <SnoozeDialog alerts={doing.alerts} onClose={() => setDoing(undefined)} onDone={done} />
      )}
      {doing?.what === 'order' && (
        <OrderDialog alerts={doing.alerts} onClose={() => setDoing(undefined)} onDone={done} />
      )}
    </>
  )
}

/** Return what is selected when the selection of one heading has become another. */
function merged(
  selected: ReadonlySet<string>,
  alerts: readonly Alert[],
  keys: ReadonlySet<string>,
): ReadonlySet<string> {
  const own = new Set(alerts.map(({ id }) => id))
  return new Set([...[...selected].filter((id) => !own.has(id)), ...[...keys].filter((id) => own.has(id))])
}
