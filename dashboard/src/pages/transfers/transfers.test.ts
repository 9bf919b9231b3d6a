import { expect, test } from 'vitest'
import type { HistoryMovement } from '../../ui/history'
import { doable, lostBy, STATES } from './states'

test('each state leads on, by those who are where that happens', () => {
  const all = (source: boolean, destination: boolean) =>
    STATES.map((state) => doable(state, { source, destination }).join(' '))
  expect(all(true, true)).toEqual(['ship cancel', 'receive cancel', 'receive cancel', '', ''])
  expect(all(true, false)).toEqual(['ship cancel', 'cancel', 'cancel', '', ''])
  expect(all(false, true)).toEqual(['cancel', 'receive', 'receive', '', ''])
})

test('a receipt has lost what is not expected any more, and did not arrive', () => {
  const by = (reason: string, delta: number, incoming: number) =>
    ({ reason, delta, change: { incoming } }) as unknown as HistoryMovement
  expect(lostBy(by('LOST', 0, -3))).toBe(3)
  expect(lostBy(by('LOST', 0, 2))).toBe(-2)
  expect(lostBy(by('TRANSFER', 3, -3))).toBe(0)
  expect(lostBy(by('FOUND', 2, 0))).toBe(0)
})
