// Days of deliveries, which inputs have without a time.

/** Return the last minute of a day in local time, as the API takes moments; null where no day was entered. */
export const endOfDay = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:00`).toISOString())

/** Return the day of a moment in local time, as an input has it. */
export function dayOf(at: string | null | undefined): string {
  if (!at) return ''
  const moment = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}
