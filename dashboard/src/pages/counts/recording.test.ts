import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { viewer } from '../../api/session'
import { add } from './queue'
import { entriesOf, ownEntries } from './recording'

const counted = (actor: string) =>
  add({ actor, count: 'c', sku: 'TEA', barcode: null, name: 'Tea', quantity: 1, startsOver: false }, 0)

test('what somebody else has counted on this device is not for the viewer to see', async () => {
  viewer.value = { actor: 'person:ada' } as never
  const own = await counted('person:ada')
  await counted('person:bo')
  expect(ownEntries('c')).toEqual([own])
  expect(entriesOf('c', { sku: 'TEA', barcode: null })).toEqual([own])
})
