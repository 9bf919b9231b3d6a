import { expect, test } from 'vitest'
import { type Counted, type Entry, entryOf, joined, quantityOf } from './entry'

const counted = (more: Partial<Counted> = {}): Counted => ({
  actor: 'ada',
  count: 'c',
  sku: 'TEA',
  barcode: null,
  name: 'Tea',
  quantity: 1,
  startsOver: false,
  ...more,
})
const entry = (more: Partial<Entry> = {}): Entry => ({ ...entryOf(counted(), 'key', 0, 0), number: 1, ...more })

test('a quantity is what the server knew and what it does not include yet', () => {
  const all = [
    entry({ state: 'sent', version: 4, quantity: 2 }),
    entry({ state: 'sent', version: 6, quantity: 3 }),
    entry({ state: 'refused', quantity: 100 }),
    entry({ quantity: 1 }),
  ]
  expect(quantityOf(10, 5, all)).toBe(14)
  expect(quantityOf(undefined, 0, [])).toBeUndefined()
})

test('a correction replaces what was counted before it', () => {
  expect(quantityOf(10, 0, [entry({ quantity: 7, startsOver: true }), entry({ quantity: 1 })])).toBe(8)
})

test('a correction joins an entry that was not sent, and makes it start over', () => {
  expect(joined(entry({ quantity: 3 }), counted({ quantity: 9, startsOver: true }), 10, 0)).toMatchObject({
    quantity: 9,
    startsOver: true,
    at: 10,
  })
  expect(joined(entry({ quantity: 3 }), counted({ quantity: -1 }), 10, 0)).toMatchObject({
    quantity: 2,
    startsOver: false,
  })
})

test('nothing joins an entry that may be known to the server, or that would fall below zero', () => {
  expect(joined(entry({ isAttempted: true }), counted(), 10, 0)).toBeUndefined()
  expect(joined(entry({ quantity: 0 }), counted({ quantity: -1 }), 10, 0)).toBeUndefined()
})

test('the moment is told by the clock of the server', () => {
  expect(entryOf(counted(), 'key', 1_000, 60_000).at).toBe(61_000)
})
