// What happened to an order, from its operations: who did what, which units it moved, and what may be reversed.

interface OfOperation {
  id: string
  kind: string
  recordedAt: string
  actor: string
  actingUser?: string | null
  note?: string | null
  reverses?: { id: string } | null
  movements: { nodes: readonly { delta: number; item: { sku: string; name: string } }[] }
}

export interface MovedLine {
  sku: string
  name: string
  quantity: number
}

export interface Happening {
  id: string
  kind: string
  at: string
  by: string
  note: string | null
  /** The units that it took in, or back where they are below zero; by item. */
  lines: MovedLine[]
  /** What of a receipt may still be reversed; empty of everything else. */
  left: MovedLine[]
}

const RECEIVE = 'purchaseOrderReceive'

/** Return what happened, in the order of the operations; a reversal takes away what is left of its receipt. */
export function historyOf(operations: readonly OfOperation[]): Happening[] {
  return operations.map((operation) => {
    const { id, kind, recordedAt, actor, actingUser, note } = operation
    const lines = summed([operation])
    const reversals = operations.filter(({ reverses }) => reverses?.id === id)
    return {
      id,
      kind,
      at: recordedAt,
      by: actingUser ?? actor,
      note: note ?? null,
      lines,
      left: kind === RECEIVE ? summed([operation, ...reversals]).filter(({ quantity }) => quantity > 0) : [],
    }
  })
}

function summed(operations: readonly OfOperation[]): MovedLine[] {
  const lines = new Map<string, MovedLine>()
  for (const { movements } of operations)
    for (const { delta, item } of movements.nodes) {
      const { quantity } = lines.get(item.sku) ?? { quantity: 0 }
      lines.set(item.sku, { ...item, quantity: quantity + delta })
    }
  return [...lines.values()].filter(({ quantity }) => quantity !== 0)
}
