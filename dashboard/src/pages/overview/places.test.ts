import { expect, test } from 'vitest'
import { worstOf } from './places'

const place = (name: string, outLevels: number, lowLevels = 0) => ({ name, totals: { outLevels, lowLevels } })
const names = (places: readonly { name: string }[]) => places.map(({ name }) => name)

test('of too many places those where most is out or low are shown, in their order', () => {
  const places = [place('a', 0), place('b', 1), place('c', 0, 5), place('d', 3)]
  expect(names(worstOf(places, 3))).toEqual(['b', 'c', 'd'])
  expect(names(worstOf(places, 4))).toEqual(['a', 'b', 'c', 'd'])
})
