import { expect, test } from 'vitest'
import { chosenOf } from './PartsDialog'

const PARTS = [
  { key: 'a', name: 'A', hint: '', most: 2 },
  { key: 'b', name: 'B', hint: '', most: 3 },
]

test('only parts with units are sent, and all of them only as long as nothing was changed', () => {
  const chosen = (a: number | null, b: number | null) => {
    const { lines, isAll } = chosenOf(
      PARTS,
      new Map([
        ['a', a],
        ['b', b],
      ]),
    )
    return [lines.map(({ part, quantity }) => `${part.key}${quantity}`).join(' '), isAll]
  }
  expect(chosen(2, 3)).toEqual(['a2 b3', true])
  expect(chosen(2, null)).toEqual(['a2', false])
  expect(chosen(0, 1)).toEqual(['b1', false])
})
