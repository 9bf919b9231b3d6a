import { expect, test } from 'vitest'
import { doable, mayHaveLost, STATES } from './states'

test('each state leads on; what is received leads back only where something was lost', () => {
  expect(STATES.map((state) => doable(state, 0)[0])).toEqual(['ship', 'receive', 'receive', undefined, undefined])
  expect(doable('RECEIVED', 2)).toEqual(['reverse'])
})

test('what gave units up is looked for among receipts of transfers that took something off, each once', () => {
  const by = (id: string, kind: string, reason: string) => ({ reason, operation: { id, kind } })
  const movements = [
    by('3', 'transferReceive', 'LOST'),
    by('3', 'transferReceive', 'LOST'),
    by('2', 'transferReceive', 'TRANSFER'),
    by('1', 'stockAdjust', 'LOST'),
  ]
  expect(mayHaveLost(movements)).toEqual(['3'])
})
