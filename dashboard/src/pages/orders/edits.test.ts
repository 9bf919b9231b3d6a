import { expect, test } from 'vitest'
import { dayOf, endOfDay } from './days'
import { changed, comingOf, editsOf } from './edits'

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

test('a confirmation begins with what was confirmed last, so that all of it can be promised again', () => {
  const [tea] = comingOf([{ item: { sku: 'TEA', name: 'Tea' }, quantity: 60, received: 30, outstanding: 18 }])
  expect(tea?.quantity).toBe(48)
  expect(changed([{ ...tea!, quantity: 60 }])).toEqual([{ sku: 'TEA', quantity: 60 }])
})
