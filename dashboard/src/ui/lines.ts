// Lines of a document while they are entered: an item, a quantity, and what else the document has.
import type { Problem } from '../api/problem'
import type { PickedItem } from './ItemPicker'

export interface EnteredLine {
  /** What the line is told apart by while it is edited. */
  key: number
  item: PickedItem | null
  quantity: number | null
  /** The cost of one unit as it was typed, where there is one. */
  cost: string
}

let count = 0

/** Return an empty line, or one of an item. */
export function aLine(item: PickedItem | null = null, quantity: number | null = null): EnteredLine {
  return { key: (count += 1), item, quantity, cost: '' }
}

export interface WrittenLine {
  sku: string
  quantity: number
  unitCost?: string
}

/** Return the lines that are filled in, as the API takes them. */
export function written(lines: readonly EnteredLine[]): WrittenLine[] {
  return filled(lines).map(({ item, quantity, cost }) => ({
    sku: item!.sku,
    quantity: quantity!,
    ...(cost.trim() ? { unitCost: cost.trim() } : {}),
  }))
}

const filled = (lines: readonly EnteredLine[]) =>
  lines.filter(({ item, quantity }) => item !== null && quantity !== null)

/** Return the keys of the lines that have to be filled in: those that are begun, and one at least. */
export function neededLines(lines: readonly EnteredLine[]): ReadonlySet<number> {
  const begun = lines.filter(({ item, quantity, cost }) => item !== null || quantity !== null || cost.trim() !== '')
  return new Set((begun.length > 0 ? begun : lines.slice(0, 1)).map(({ key }) => key))
}

/** Return what a problem says of each line, by the line's key; errors name lines by their place among those sent. */
export function wrongLines(problem: Problem | undefined, lines: readonly EnteredLine[]): ReadonlyMap<number, string> {
  const sent = filled(lines)
  const found = new Map<number, string>()
  for (const { field, message } of problem?.userErrors ?? []) {
    const at = field?.indexOf('lines') ?? -1
    const line = at < 0 ? undefined : sent[Number(field![at + 1])]
    if (line && !found.has(line.key)) found.set(line.key, message)
  }
  return found
}
