import { expect, test } from 'vitest'
import { Problem } from '../api/problem'
import { aLine, neededLines, written, wrongLines } from './lines'

const tea = { sku: 'TEA', name: 'Tea' }
const cup = { sku: 'CUP', name: 'Cup' }

test('only lines that are filled in are sent, with the cost where one was typed', () => {
  const lines = [aLine(), { ...aLine(tea, 3), cost: ' 2.50 ' }, aLine(cup), aLine(cup, 0)]
  expect(written(lines)).toEqual([
    { sku: 'TEA', quantity: 3, unitCost: '2.50' },
    { sku: 'CUP', quantity: 0 },
  ])
})

test('a line that is begun has to be filled in, and the first one where none is', () => {
  const [empty, other, begun, priced] = [aLine(), aLine(), aLine(tea), { ...aLine(), cost: '2' }]
  expect([...neededLines([empty!, other!])]).toEqual([empty!.key])
  expect([...neededLines([empty!, begun!, priced!])]).toEqual([begun!.key, priced!.key])
})

test('an error is shown at the line that it names among those sent', () => {
  const lines = [aLine(), aLine(tea, 3), aLine(cup, 1)]
  const problem = new Problem('', 'X', false, [
    { code: 'X', message: 'too few', field: ['input', 'lines', '1', 'quantity'] },
    { code: 'Y', message: 'elsewhere', field: ['input', 'supplier'] },
  ])
  expect([...wrongLines(problem, lines)]).toEqual([[lines[2]!.key, 'too few']])
})
