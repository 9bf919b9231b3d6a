// Which alerts are shown, in which order and under which headings.
import type { StockAlertType } from '../../gql/graphql'

/** What the page needs to know of an alert for that. */
export interface Sortable {
  id: string
  type: StockAlertType
  openedAt: string
  acknowledgedAt?: string | null
  snoozedUntil?: string | null
  item: { sku: string; name: string }
  location: { code: string; name: string }
}

export type Handling = 'open' | 'acknowledged' | 'snoozed' | 'all'
export type Grouping = 'type' | 'location' | 'age' | 'none'
export type Age = 'hour' | 'day' | 'week' | 'older'

/** The types, the worst first. */
export const TYPES: readonly StockAlertType[] = ['OVERSOLD', 'SHORTFALL', 'OUT', 'STOCKOUT_RISK', 'LOW', 'OVERSTOCK']

/** Ages, the youngest first. */
export const AGES: readonly Age[] = ['hour', 'day', 'week', 'older']

const HOUR = 3_600_000
const UNTIL: Record<Age, number> = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, older: Infinity }

/** Return how long ago an alert was opened, roughly. */
export function ageOf({ openedAt }: Pick<Sortable, 'openedAt'>, now: number): Age {
  const age = now - new Date(openedAt).getTime()
  return AGES.find((name) => age < UNTIL[name]) ?? 'older'
}

/** Return what is being done about an alert: snoozed hides that it is acknowledged, as nobody is to see it. */
export function handlingOf({
  acknowledgedAt,
  snoozedUntil,
}: Pick<Sortable, 'acknowledgedAt' | 'snoozedUntil'>): Exclude<Handling, 'all'> {
  if (snoozedUntil) return 'snoozed'
  return acknowledgedAt ? 'acknowledged' : 'open'
}

export interface Choice {
  handling: Handling
  types: ReadonlySet<StockAlertType>
  location: string | null
  age: Age | null
  text: string
}

/** Tell whether an alert is among those that are asked for. */
export function fits(alert: Sortable, { handling, types, location, age, text }: Choice, now: number): boolean {
  const typed = text.trim().toLowerCase()
  return (
    (handling === 'all' || handlingOf(alert) === handling) &&
    (types.size === 0 || types.has(alert.type)) &&
    (location === null || alert.location.code === location) &&
    (age === null || ageOf(alert, now) === age) &&
    (!typed || `${alert.item.sku} ${alert.item.name}`.toLowerCase().includes(typed))
  )
}

/** Order the worst first, and of those the oldest. */
export function worstFirst(one: Sortable, other: Sortable): number {
  return (
    TYPES.indexOf(one.type) - TYPES.indexOf(other.type) ||
    one.openedAt.localeCompare(other.openedAt) ||
    one.id.localeCompare(other.id)
  )
}

export interface Group<Alert> {
  key: string
  alerts: Alert[]
}

/** Return the alerts under headings, each group in the order of the list. */
export function grouped<Alert extends Sortable>(alerts: readonly Alert[], by: Grouping, now: number): Group<Alert>[] {
  const groups = new Map<string, Alert[]>()
  for (const alert of alerts) {
    const key = {
      type: alert.type,
      location: alert.location.code,
      age: by === 'age' ? ageOf(alert, now) : '',
      none: '',
    }[by]
    const group = groups.get(key)
    if (group) group.push(alert)
    else groups.set(key, [alert])
  }
  const order: readonly string[] = by === 'type' ? TYPES : by === 'age' ? AGES : [...groups.keys()].sort()
  return order.flatMap((key) => (groups.has(key) ? [{ key, alerts: groups.get(key)! }] : []))
}
