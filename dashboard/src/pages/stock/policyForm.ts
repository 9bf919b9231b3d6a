// What somebody fills in to set a policy: each setting is left as it is, inherited again, or set to a value.
import type { ReplenishmentMethod, StockLevelConfigureInput } from '../../gql/graphql'

export type Entry = { mode: 'keep' } | { mode: 'inherit' } | { mode: 'set'; value: string }

const MOST_UNITS = 2_147_483_647

/** The settings that are numbers, by their names in the input, with their bounds. */
export const NUMBERS = {
  reorderPoint: { setting: 'REORDER_POINT', min: 0, max: MOST_UNITS, isWhole: true },
  targetLevel: { setting: 'TARGET_LEVEL', min: 0, max: MOST_UNITS, isWhole: true },
  orderQuantity: { setting: 'ORDER_QUANTITY', min: 1, max: MOST_UNITS, isWhole: true },
  safetyStock: { setting: 'SAFETY_STOCK', min: 0, max: MOST_UNITS, isWhole: true },
  reviewDays: { setting: 'REVIEW_DAYS', min: 1, max: 365, isWhole: true },
  serviceLevel: { setting: 'SERVICE_LEVEL', min: 0.5, max: 0.9999, isWhole: false },
  overstockPoint: { setting: 'OVERSTOCK_POINT', min: 0, max: MOST_UNITS, isWhole: true },
  alertMargin: { setting: 'ALERT_MARGIN', min: 0, max: MOST_UNITS, isWhole: true },
} as const

export type NumberName = keyof typeof NUMBERS

export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[]

/** The numbers that a method orders by; the others set off alerts. */
export const NUMBERS_OF: Record<ReplenishmentMethod, readonly NumberName[]> = {
  NONE: [],
  MIN_MAX: ['reorderPoint', 'targetLevel'],
  FIXED_QUANTITY: ['reorderPoint', 'orderQuantity'],
  PERIODIC: ['targetLevel', 'reviewDays'],
  DEMAND_BASED: ['serviceLevel', 'reviewDays'],
  JUST_IN_TIME: ['safetyStock'],
}

export interface PolicyForm {
  /** Empty leaves it as it is. */
  method: ReplenishmentMethod | 'INHERIT' | ''
  numbers: Record<NumberName, Entry>
}

export const emptyForm = (): PolicyForm => ({
  method: '',
  numbers: Object.fromEntries(NUMBER_NAMES.map((name) => [name, { mode: 'keep' }])) as PolicyForm['numbers'],
})

/** Return the number that is entered; a fraction with the comma of many languages, too. */
export const numberOf = (name: NumberName, typed: string): number =>
  Number(NUMBERS[name].isWhole ? typed : typed.replace(',', '.'))

/** Tell whether what is entered is no number that a setting may have. */
export function isWrong(name: NumberName, entry: Entry): boolean {
  if (entry.mode !== 'set') return false
  const { min, max, isWhole } = NUMBERS[name]
  const value = numberOf(name, entry.value)
  if (entry.value.trim() === '' || Number.isNaN(value)) return true
  return value < min || value > max || (isWhole && !Number.isInteger(value))
}

export type Settings = Omit<StockLevelConfigureInput, 'sku' | 'location' | 'idempotencyKey'>

/** Return what to ask the server for, or undefined where nothing is changed or something is wrong. */
export function settingsOf({ method, numbers }: PolicyForm): Settings | undefined {
  const settings: Settings = method === '' ? {} : { method: method === 'INHERIT' ? null : method }
  for (const name of NUMBER_NAMES) {
    const entry = numbers[name]
    if (isWrong(name, entry)) return undefined
    if (entry.mode !== 'keep') settings[name] = entry.mode === 'inherit' ? null : numberOf(name, entry.value)
  }
  return Object.keys(settings).length > 0 ? settings : undefined
}
