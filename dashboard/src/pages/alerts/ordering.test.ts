import { expect, test } from 'vitest'
import { byLocation } from './ordering'

test('a run for each location names its own items only', () => {
  const level = (sku: string, code: string) => ({ item: { sku }, location: { code } })
  expect(byLocation([level('A', 'LEEDS'), level('B', 'LONDON'), level('C', 'LEEDS'), level('A', 'LEEDS')])).toEqual([
    { location: 'LEEDS', skus: ['A', 'C'] },
    { location: 'LONDON', skus: ['B'] },
  ])
})
