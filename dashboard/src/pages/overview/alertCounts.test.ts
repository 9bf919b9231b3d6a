import { expect, test } from 'vitest'
import { laterOf } from './useAlertCounts'

test('of what was read and what was told, the later is shown', () => {
  const before = { asOf: '2026-11-29T23:59:59.9Z' }
  const after = { asOf: '2026-11-30T00:00:00Z' }
  expect(laterOf(before, after)).toBe(after)
  expect(laterOf(after, before)).toBe(after)
  expect(laterOf(undefined, before)).toBe(before)
  expect(laterOf(undefined, undefined)).toBeUndefined()
})
