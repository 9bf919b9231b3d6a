// The receipts of an order, from the movements of its items since it was created.

interface OfMovement {
  delta: number
  item: { sku: string; name: string }
  operation: {
    id: string
    kind: string
    recordedAt: string
    actor: string
    note?: string | null
    reverses?: { id: string } | null
  }
}

export interface Receipt {
  id: string
  at: string
  by: string
  note: string | null
  lines: { sku: string; name: string; quantity: number }[]
}

const RECEIVE = 'purchaseOrderReceive'

/** Return the receipts of items of an order with what is left of them after reversals, the newest first. */
export function receiptsOf(movements: readonly OfMovement[], skus: ReadonlySet<string>): Receipt[] {
  const receipts = new Map<string, Receipt>()
  const add = (id: string, { delta, item }: OfMovement) => {
    const lines = receipts.get(id)?.lines
    const line = lines?.find(({ sku }) => sku === item.sku)
    if (line) line.quantity += delta
    else lines?.push({ ...item, quantity: delta })
  }
  const received = movements.filter(({ operation }) => operation.kind === RECEIVE)
  for (const movement of received) {
    const { id, recordedAt, actor, note } = movement.operation
    if (!receipts.has(id)) receipts.set(id, { id, at: recordedAt, by: actor, note: note ?? null, lines: [] })
    add(id, movement)
  }
  for (const movement of movements) if (movement.operation.reverses) add(movement.operation.reverses.id, movement)
  return [...receipts.values()]
    .map((receipt) => ({ ...receipt, lines: receipt.lines.filter(({ quantity }) => quantity > 0) }))
    .filter(({ lines }) => lines.length > 0 && lines.every(({ sku }) => skus.has(sku)))
    .sort((one, other) => other.at.localeCompare(one.at))
}
