import { beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => vi.resetModules())

test('is live once connected and nothing is outstanding', async () => {
  const { awaited, liveness, noteConnected, noteCut } = await import('./connection')
  expect(liveness.value).toBe('connecting')
  noteConnected()
  expect(liveness.value).toBe('live')
  const arrived = awaited()
  expect(liveness.value).toBe('catching-up')
  arrived()
  arrived() // counts once
  expect(liveness.value).toBe('live')
  noteCut()
  expect(liveness.value).toBe('cut')
})

test('says since when it is cut off, whatever attempts fail meanwhile', async () => {
  vi.useFakeTimers({ now: 1_000 })
  const { cutSince, noteConnected, noteCut } = await import('./connection')
  noteConnected()
  vi.setSystemTime(5_000)
  noteCut()
  vi.setSystemTime(9_000)
  noteCut()
  expect(cutSince.value).toBe(5_000)
})
