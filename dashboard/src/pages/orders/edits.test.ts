import { expect, test } from 'vitest'
import { dayOf, endOfDay } from './days'
import { changed, editsOf } from './edits'
import { receiptsOf } from './receipts'

test('only lines that are to be another are sent, and a cost only where it is another', () => {
  const [tea, cup, jam] = editsOf([
    { item: { sku: 'TEA', name: 'Tea' }, quantity: 3, unitCost: '2.5000' },
    { item: { sku: 'CUP', name: 'Cup' }, quantity: 1, unitCost: null },
    { item: { sku: 'JAM', name: 'Jam' }, quantity: 9 },
  ])
  expect(changed([{ ...tea!, quantity: 0 }, { ...cup!, cost: '4' }, jam!])).toEqual([
    { sku: 'TEA', quantity: 0 },
    { sku: 'CUP', quantity: 1, unitCost: '4' },
  ])
})

test('a day is the same day when it comes back', () => {
  expect(dayOf(endOfDay('2031-05-09'))).toBe('2031-05-09')
  expect([endOfDay(''), dayOf(null)]).toEqual([null, ''])
})

test('of receipts there is what was not reversed, and none of other orders’ items', () => {
  const item = (sku: string) => ({ sku, name: sku })
  const by = (id: string, kind: string, reverses?: string) => ({
    id,
    kind,
    recordedAt: id,
    actor: 'ann',
    reverses: reverses ? { id: reverses } : null,
  })
  const movements = [
    { delta: -4, item: item('TEA'), operation: by('3', 'purchaseOrderReceiptReverse', '1') },
    { delta: 5, item: item('JAM'), operation: by('2', 'purchaseOrderReceive') },
    { delta: 2, item: item('CUP'), operation: by('1', 'purchaseOrderReceive') },
    { delta: 10, item: item('TEA'), operation: by('1', 'purchaseOrderReceive') },
    { delta: 7, item: item('TEA'), operation: by('0', 'stockAdjust') },
  ]
  expect(receiptsOf(movements, new Set(['TEA', 'CUP']))).toEqual([
    {
      id: '1',
      at: '1',
      by: 'ann',
      note: null,
      lines: [
        { ...item('CUP'), quantity: 2 },
        { ...item('TEA'), quantity: 6 },
      ],
    },
  ])
})
