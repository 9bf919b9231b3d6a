import { expect, test } from 'vitest'
import type { HistoryMovement } from '../../ui/history'
import { doable, lostBy, STATES } from './states'

test('each state leads on', () => {
  expect(STATES.map((state) => doable(state)[0])).toEqual(['ship', 'receive', 'receive', undefined, undefined])
})

test('a receipt has lost what is not expected any more, and did not arrive', () => {
  const by = (reason: string, delta: number, incoming: number) =>
    ({ reason, delta, change: { incoming } }) as unknown as HistoryMovement
  expect(lostBy(by('LOST', 0, -3))).toBe(3)
  expect(lostBy(by('LOST', 0, 2))).toBe(-2)
  expect(lostBy(by('TRANSFER', 3, -3))).toBe(0)
  expect(lostBy(by('FOUND', 2, 0))).toBe(0)
})
