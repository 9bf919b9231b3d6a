import { expect, test } from 'vitest'
import { type HistoryEntry, isReversed, leftOf } from './history'

const moved = (sku: string, code: string, delta: number) => ({
  delta,
  item: { sku, name: sku },
  location: { code, name: code },
})

function an(id: string, movements: ReturnType<typeof moved>[], reverses?: string, totalCount = movements.length) {
  const entry = {
    id,
    kind: 'any',
    reverses: reverses ? { id: reverses } : null,
    movements: { totalCount, nodes: movements },
  }
  return entry as unknown as HistoryEntry
}

const left = (entry: HistoryEntry, entries: HistoryEntry[]) =>
  leftOf(entry, entries, ({ delta }) => -delta)?.map(({ sku, location, units }) => [sku, location, units])

const first = an('1', [moved('TEA', 'LEEDS', -3), moved('TEA', 'LONDON', -1)])
const other = an('2', [moved('TEA', 'LEEDS', -9)])

test('what is left of an operation is what it moved without what reverses it, by item and location', () => {
  expect(left(first, [other, first])).toEqual([
    ['TEA', 'LEEDS', 3],
    ['TEA', 'LONDON', 1],
  ])
  const back = [
    an('4', [moved('TEA', 'LEEDS', 1)], '1'),
    an('3', [moved('TEA', 'LEEDS', 1), moved('TEA', 'LONDON', 1)], '1'),
  ]
  expect(left(first, [...back, other, first])).toEqual([['TEA', 'LEEDS', 1]])
  expect([first, other].map((entry) => isReversed(entry, [...back, other, first]))).toEqual([true, false])
})

test('where not all movements are here, what is left is not known', () => {
  const large = an('1', [moved('TEA', 'LEEDS', -3)], undefined, 51)
  expect(left(large, [large])).toBeUndefined()
  const { movements: _, ...unread } = first
  expect(left(unread, [unread])).toBeUndefined()
})
