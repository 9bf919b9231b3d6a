import { expect, test } from 'vitest'
import { orderPage } from './why'

test('what is lacking is ordered from who offers it, whatever the SKU is made of', () => {
  const place = { sku: 'TEA/1 +', location: 'LONDON' }
  const asked = (address: string) => Object.fromEntries(new URL(address, 'http://localhost').searchParams)
  expect(asked(orderPage(place, { code: 'LEAF' }))).toEqual({ new: '1', ...place, supplier: 'LEAF' })
  expect(asked(orderPage(place, null))).toEqual({ new: '1', ...place })
})
