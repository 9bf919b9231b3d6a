import { expect, test } from 'vitest'
import { saleOf } from './offers'

const offered = (code: string, packSize: number, minimumQuantity: number) => ({
  supplier: { code },
  packSize,
  minimumQuantity,
})

test('how a supplier sells an item is said beside its quantity, where not any will do', () => {
  const offers = [offered('A', 12, 24), offered('B', 1, 5), offered('C', 1, 1)]
  expect(['A', 'B', 'C', 'D'].map((code) => saleOf(offers, code))).toEqual([
    'In packs of 12, at least 24',
    'At least 5',
    undefined,
    'Not offered by this supplier',
  ])
  expect(saleOf(undefined, 'A')).toBeUndefined()
})
