// How long an alert may be silenced: a few moments that people mean, in their own time zone.
import { present } from '../../format/clock'

export type Snooze = 'hour' | 'tomorrow' | 'threeDays' | 'nextWeek' | 'custom'

export const SNOOZES: readonly Snooze[] = ['hour', 'tomorrow', 'threeDays', 'nextWeek', 'custom']

const MORNING = 8
const MOST_DAYS = 30

/** Return when a snooze that begins now ends; what was entered where it is custom, null where that is no moment. */
export function endOf(snooze: Snooze, entered = '', now = new Date(present())): Date | null {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING)
  switch (snooze) {
    case 'hour':
      return new Date(now.getTime() + 3_600_000)
    case 'tomorrow':
      return morning(1)
    case 'threeDays':
      return morning(3)
    case 'nextWeek':
      return morning((8 - now.getDay()) % 7 || 7) // Monday
    default: {
      const at = new Date(entered)
      return entered === '' || Number.isNaN(at.getTime()) ? null : at
    }
  }
}

/** Tell whether the server takes a moment as the end of a snooze. */
export function isAllowed(until: Date, now = new Date(present())): boolean {
  return until > now && until.getTime() <= now.getTime() + MOST_DAYS * 86_400_000
}

/** Return a moment as an input of the browser has it, in local time: 2031-05-05T08:00. */
export function local(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
