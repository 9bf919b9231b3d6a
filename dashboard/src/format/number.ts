// Numbers and money as the viewer reads them.
import { locale } from '../text/languages'

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: 'exceptZero' })
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const rounded = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const LARGE = 100_000

/** A count of units or things: 1,234. */
export const units = (count: number): string => whole.format(count)

/** A measure that has a fraction, such as days of cover: 12.3. */
export const measure = (value: number): string => one.format(value)

/** A large number in little space: 1.2M. */
export const compact = (value: number): string => short.format(value)

/** A change: +3, −2, 0. */
export const change = (delta: number): string => signed.format(delta)

/** A share between 0 and 1: 12.5%. */
export const share = (fraction: number): string => percent.format(fraction)

/** An amount of money, which the API has as decimal text, in the installation's currency. Empty where unknown. */
export const money = (decimal: string | number | null | undefined): string => {
  if (decimal === null || decimal === undefined) return ''
  const value = Number(decimal)
  return (Math.abs(value) >= LARGE ? rounded : amount).format(value)
}
