// Numbers and money as the viewer reads them.
import { locale } from '../text/languages'

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: 'exceptZero' })
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })

/** A count of units or things: 1,234. */
export const units = (count: number): string => whole.format(count)

/** A measure that has a fraction, such as days of cover: 12.3. */
export const measure = (value: number): string => one.format(value)

/** How many units a day: 12.3, and what is not nothing not as 0. */
export const rate = (value: number): string => (value > 0 && value < 0.05 ? `< ${one.format(0.1)}` : one.format(value))

/** A large number in little space: 1.2M. */
export const compact = (value: number): string => short.format(value)

/** A change: +3, −2, 0. */
export const change = (delta: number): string => signed.format(delta)

/** A share between 0 and 1: 12.5%. What is not all is not written as 100%, and what is not nothing not as 0%. */
export const share = (fraction: number): string =>
  percent.format(fraction > 0 && fraction < 1 ? Math.min(0.999, Math.max(0.001, fraction)) : fraction)

const styleOf = (code: string | null): Intl.NumberFormatOptions =>
  code === null ? {} : { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' }

let exact: Intl.NumberFormat
let sums: Intl.NumberFormat

/** Say which currency all amounts are in: a code of ISO 4217, or null where that is not known. */
export function setCurrency(code: string | null): void {
  exact = new Intl.NumberFormat(locale, { ...styleOf(code), minimumFractionDigits: 2, maximumFractionDigits: 2 })
  sums = new Intl.NumberFormat(locale, { ...styleOf(code), maximumFractionDigits: 0 })
}

setCurrency(null)

type Amount = string | number | null | undefined

/** An amount of money, which the API has as decimal text: a price, a cost, the value of an order. Empty where unknown. */
export const money = (amount: Amount): string =>
  amount === null || amount === undefined ? '' : exact.format(Number(amount))

/** What stock is worth, without fractions: sums, of which nobody counts the pence. Empty where unknown. */
export const worth = (amount: Amount): string =>
  amount === null || amount === undefined ? '' : sums.format(Number(amount))

const dayUnit = new Intl.NumberFormat(locale, {
  style: 'unit',
  unit: 'day',
  unitDisplay: 'long',
  maximumFractionDigits: 1,
})

/** A span of days in words: 1 day, 3.5 days. */
export const inDays = (count: number): string => dayUnit.format(count)

const point = new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.'

/** An amount of the API as the viewer types it: with their sign before the decimals. */
export const asTyped = (amount: string): string => amount.replaceAll('.', point)

/** What was typed as the API takes it: a comma before the decimals is as good as a point. */
export const fromTyped = (typed: string): string => typed.trim().replaceAll(',', '.')
