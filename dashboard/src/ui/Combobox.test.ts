import { expect, test } from 'vitest'
import { optionAfter } from './Combobox'
import { fitting } from './pickers'

test('arrows go round the options, and from none to the first or the last', () => {
  expect([optionAfter('ArrowDown', -1, 3), optionAfter('ArrowUp', -1, 3)]).toEqual([0, 2])
  expect([optionAfter('ArrowDown', 2, 3), optionAfter('ArrowUp', 0, 3)]).toEqual([0, 2])
  expect(optionAfter('ArrowDown', -1, 0)).toBe(-1)
})

test('every typed word is in the name or the code, and what begins with the first one leads', () => {
  const options = [
    { id: 'N', text: 'Old harbour', hint: 'NORTH' },
    { id: 'H', text: 'Harbour goods', hint: 'HG' },
    { id: 'L', text: 'London', hint: 'LON' },
  ]
  expect(fitting(options, 'harb').map(({ id }) => id)).toEqual(['H', 'N'])
  expect(fitting(options, 'harbour nor').map(({ id }) => id)).toEqual(['N'])
})
