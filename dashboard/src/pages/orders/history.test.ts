import { expect, test } from 'vitest'
import { historyOf } from './history'

const an = (id: string, kind: string, moved: Record<string, number> = {}, reverses?: string) => ({
  id,
  kind,
  recordedAt: '2031-05-05T00:00:00Z',
  actor: 'key:desk',
  reverses: reverses ? { id: reverses } : null,
  movements: {
    nodes: Object.entries(moved).map(([sku, delta]) => ({ delta, item: { sku, name: sku } })),
  },
})

const left = (operations: ReturnType<typeof an>[]) =>
  Object.fromEntries(historyOf(operations).map((each) => [each.id, each.left.map((l) => `${l.quantity} ${l.sku}`)]))

test('what may be reversed of a receipt is what its reversals left of it', () => {
  const receipt = an('2', 'purchaseOrderReceive', { TEA: 5, CUP: 2 })
  const other = an('1', 'purchaseOrderReceive', { TEA: 1 })
  const reversal = an('3', 'purchaseOrderReceiptReverse', { TEA: -3, CUP: -2 }, '2')
  expect(left([reversal, receipt, other])).toEqual({ 3: [], 2: ['2 TEA'], 1: ['1 TEA'] })
  const rest = an('4', 'purchaseOrderReceiptReverse', { TEA: -2 }, '2')
  expect(left([rest, reversal, receipt])).toEqual({ 4: [], 3: [], 2: [] })
})

test('each operation says what it moved, and by whom', () => {
  const [first, second] = historyOf([
    { ...an('2', 'purchaseOrderReceiptReverse', { TEA: -3 }, '1'), actingUser: 'person:ada' },
    an('1', 'purchaseOrderSubmit'),
  ])
  expect([first?.lines, first?.by]).toEqual([[{ sku: 'TEA', name: 'TEA', quantity: -3 }], 'person:ada'])
  expect([second?.lines, second?.by]).toEqual([[], 'key:desk'])
})
