import { expect, test, vi } from 'vitest'
import { request } from '../../api/request'

vi.mock('../../api/request', () => ({ request: vi.fn() }))

vi.useFakeTimers()

test('what stays in view is read again as days pass, and after a fault', async () => {
  const { lookAt, trendOf } = await import('./trends')
  const ask = vi.mocked(request)
  ask.mockRejectedValueOnce(new Error('away'))
  let last = 5
  ask.mockImplementation(async () => ({ nodes: [{ id: 'a', history: [{ onHand: last }] }] }) as never)
  const leave = lookAt('a')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(trendOf('a').value).toBeUndefined()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(trendOf('a').value).toEqual([5])
  last = 7
  await vi.advanceTimersByTimeAsync(6 * 60_000)
  expect(trendOf('a').value).toEqual([7])
  leave()
  const asked = ask.mock.calls.length
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(ask.mock.calls.length).toBe(asked)
})
