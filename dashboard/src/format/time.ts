// Moments and spans as the viewer reads them.
import { locale } from '../text/languages'
import { present } from './clock'

const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
] as const

type Moment = string | number | Date

/** 23 Nov 2026, 09:30. */
export const dateTime = (at: Moment): string => moment.format(new Date(at))

/** With weekday and seconds, for a title. */
export const exactTime = (at: Moment): string => exact.format(new Date(at))

/** 23 Nov 2026. */
export const date = (at: Moment): string => day.format(new Date(at))

/** 09:30:12. */
export const time = (at: Moment): string => clock.format(new Date(at))

/** 09:30:12 where that is today; the day with it where it is another one. */
export const timeOrDay = (at: Moment, now: number = present()): string =>
  date(at) === date(now) ? time(at) : dateTime(at)

/** How long ago, or in how long: 5 min ago, in 2 days. */
export function ago(at: Moment, now: number = present()): string {
  let value = (new Date(at).getTime() - now) / 1000
  for (const [unit, next] of STEPS) {
    if (Math.abs(value) < next) return relative.format(Math.trunc(value), unit)
    value /= next
  }
  return ''
}
