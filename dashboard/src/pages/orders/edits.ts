// Lines of an order while they are changed: what was there, and what it is to be.

export interface Edit {
  sku: string
  name: string
  before: number
  quantity: number | null
  costBefore: string
  cost: string
}

interface OfLine {
  item: { sku: string; name: string }
  quantity: number
  unitCost?: string | null
}

/** Return the edits of lines that nobody has changed yet. */
export const editsOf = (lines: readonly OfLine[]): Edit[] =>
  lines.map(({ item, quantity, unitCost }) => ({
    ...item,
    before: quantity,
    quantity,
    costBefore: unitCost ?? '',
    cost: unitCost ?? '',
  }))

/** Return the edits of lines of which the supplier says what comes in all: so far, what has arrived and what is outstanding. */
export const comingOf = (lines: readonly (OfLine & { received: number; outstanding: number })[]): Edit[] =>
  editsOf(lines.map((line) => ({ ...line, quantity: line.received + line.outstanding })))

/** Return the lines that are to be another: their quantity, and their cost where it is another, too. */
export function changed(edits: readonly Edit[]): { sku: string; quantity: number; unitCost?: string }[] {
  return edits
    .filter(
      ({ before, quantity, costBefore, cost }) =>
        quantity !== null && (quantity !== before || cost.trim() !== costBefore),
    )
    .map(({ sku, quantity, cost, costBefore }) => ({
      sku,
      quantity: quantity!,
      ...(cost.trim() && cost.trim() !== costBefore ? { unitCost: cost.trim() } : {}),
    }))
}
