// What pickers offer of a list that is here as a whole.
import type { Option } from './Combobox'

const MOST = 50

/** Return the options that have each typed word in their text or hint, those that begin with it first. */
export function fitting(options: readonly Option[], typed: string): readonly Option[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return options.slice(0, MOST)
  const whole = ({ text, hint = '' }: Option) => `${text} ${hint}`.toLowerCase()
  const first = words[0]!
  const leads = (option: Option) =>
    option.text.toLowerCase().startsWith(first) || option.hint?.toLowerCase().startsWith(first)
  const found = options.filter((option) => words.every((word) => whole(option).includes(word)))
  return [...found.filter(leads), ...found.filter((option) => !leads(option))].slice(0, MOST)
}
