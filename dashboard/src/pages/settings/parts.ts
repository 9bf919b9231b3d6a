// Small things that all forms of the settings share.
import type { Problem } from '../../api/problem'
import { settings } from '../../text/settings'

/** Return what the server says of a field, such as `name`. */
export const wrongIn = (problem: Problem | undefined, field: string): string | undefined =>
  problem?.userErrors.find((error) => error.field?.[0] === field)?.message

/** Return the parts of a text that is separated by commas; null where there is none. */
export function listOf(text: string): string[] | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  return parts.length > 0 ? parts : null
}

/** Return a choice as the API takes it: null for all, where nothing is chosen. */
export const allOrSome = (chosen: readonly string[]): string[] | null => (chosen.length > 0 ? [...chosen] : null)

interface Described {
  name: string
  isBuiltIn: boolean
  description?: string | null | undefined
}

/** Return what a role is for, in the language of the page where it is built in. */
export const describedRole = ({ name, isBuiltIn, description }: Described): string | null | undefined =>
  (isBuiltIn && settings.roles.builtIns[name as keyof typeof settings.roles.builtIns]) || description

/** Return the moment of a day as a date field has it: its beginning, or that of the next day. */
export function momentOf(day: string, isEnd = false): string | null {
  const at = new Date(`${day}T00:00`)
  if (!day || Number.isNaN(at.getTime())) return null
  if (isEnd) at.setDate(at.getDate() + 1)
  return at.toISOString()
}

/** Return a moment as the day that a date field takes. */
export function dayOf(moment: string | null | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
