import { expect, test } from 'vitest'
import { partsOf } from './parts'

const at = (code: string, held: number, waiting = 0) => ({ held, waiting, location: { code, name: code } })
const LINES = [
  { sku: 'TEA', item: { name: 'Tea' }, holds: { nodes: [at('LEEDS', 2), at('LONDON', 0, 3)] } },
  { sku: 'TEA', item: { name: 'Tea' }, holds: { nodes: [at('LEEDS', 1)] } },
]

test('units of one item at one location are one part, whichever line they are of', () => {
  expect(partsOf(LINES, { withWaiting: false }).map(({ location, held }) => [location, held])).toEqual([['LEEDS', 3]])
  expect(partsOf(LINES, { withWaiting: true }).map(({ location, held, waiting }) => [location, held, waiting])).toEqual(
    [
      ['LEEDS', 3, 0],
      ['LONDON', 0, 3],
    ],
  )
})
