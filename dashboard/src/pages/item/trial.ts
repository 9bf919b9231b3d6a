// The policy that is tried on the past: which numbers it has, and how far their sliders go.
import type { ReplenishmentMethod, ReplenishmentSimulationInput } from '../../gql/graphql'
import { emptyForm, NUMBERS_OF, type PolicyForm } from '../stock/policyForm'
import type { Policy } from './why'

/** The numbers that the replay knows. */
export const TRIED = [
  'reorderPoint',
  'targetLevel',
  'orderQuantity',
  'safetyStock',
  'reviewDays',
  'serviceLevel',
] as const

export type TriedName = (typeof TRIED)[number]

export interface Trial {
  method: ReplenishmentMethod
  numbers: Partial<Record<TriedName, number>>
}

const LEAST_RANGE = 20
const START: Partial<Record<TriedName, number>> = { reviewDays: 7, serviceLevel: 0.95, orderQuantity: 10 }

const isTried = (name: string): name is TriedName => (TRIED as readonly string[]).includes(name)

/** Return the numbers of a method that can be tried. */
export const triedBy = (method: ReplenishmentMethod): TriedName[] => NUMBERS_OF[method].filter(isTried)

/** Begin with the policy as it is; one that orders nothing is tried as MIN_MAX. */
export function trialOf(policy: Policy, typical: number): Trial {
  const method = policy.method === 'NONE' ? 'MIN_MAX' : policy.method
  return changed({ method, numbers: {} }, method, policy, typical)
}

/** Return the trial with another method: numbers that it lacks are those of the policy, or a start. */
export function changed(trial: Trial, method: ReplenishmentMethod, policy: Policy, typical: number): Trial {
  const numbers = { ...trial.numbers }
  for (const name of triedBy(method)) {
    numbers[name] ??= policy[name] ?? START[name] ?? Math.max(typical, policy.reorderPoint)
  }
  return { method, numbers }
}

/** Return from where to where a slider goes, and by which steps. */
export function rangeOf(name: TriedName, policy: Policy, most: number): { min: number; max: number; step: number } {
  if (name === 'serviceLevel') return { min: 0.5, max: 0.999, step: 0.001 }
  if (name === 'reviewDays') return { min: 1, max: 60, step: 1 }
  const widest = Math.max(LEAST_RANGE, 2 * most, 3 * (policy[name] ?? 0))
  const step = Math.max(1, 10 ** Math.floor(Math.log10(widest / 200)))
  return { min: name === 'orderQuantity' ? 1 : 0, max: Math.ceil(widest / step) * step, step }
}

/** Return what to ask the server to replay. */
export function inputOf(
  { method, numbers }: Trial,
  place: { sku: string; location: string },
  days: number,
): ReplenishmentSimulationInput {
  const tried = Object.fromEntries(triedBy(method).map((name) => [name, numbers[name]]))
  return { ...place, days, method, ...tried }
}

/** Return the form that sets the policy which was tried. */
export function formOf({ method, numbers }: Trial): PolicyForm {
  const form = emptyForm()
  for (const name of triedBy(method)) form.numbers[name] = { mode: 'set', value: String(numbers[name] ?? '') }
  return { ...form, method }
}

/** Whether a target level lies below its reorder point, which no policy may have. */
export const isUpsideDown = ({ method, numbers }: Trial): boolean =>
  method === 'MIN_MAX' && (numbers.targetLevel ?? 0) < (numbers.reorderPoint ?? 0)
