import { expect, test, vi } from 'vitest'
import { noteServerTime, now, present } from './clock'

test('goes by the clock of the server where that of the device is wrong by hours', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-23T12:00:00Z') })
  noteServerTime('Mon, 23 Nov 2026 11:59:58 GMT', Date.now()) // about the same
  expect(present()).toBe(Date.now())
  noteServerTime('Mon, 23 Nov 2026 09:00:00 GMT', Date.now())
  expect(now.value).toBe(Date.parse('2026-11-23T09:00:00.500Z'))
  noteServerTime(null, Date.now())
  expect(present()).toBe(Date.parse('2026-11-23T09:00:00.500Z'))
  noteServerTime('Mon, 23 Nov 2026 12:00:00 GMT', Date.now())
  expect(present()).toBe(Date.now())
})
