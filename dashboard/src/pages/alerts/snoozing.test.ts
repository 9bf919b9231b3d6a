import { expect, test } from 'vitest'
import { noteServerTime } from '../../format/clock'
import { endOf, isAllowed, local } from './snoozing'

test('a snooze ends in the morning of the day that was meant', () => {
  const thursday = new Date(2031, 4, 1, 15, 30)
  const ends = (['hour', 'tomorrow', 'threeDays', 'nextWeek'] as const).map((snooze) =>
    local(endOf(snooze, '', thursday)!),
  )
  expect(ends).toEqual(['2031-05-01T16:30', '2031-05-02T08:00', '2031-05-04T08:00', '2031-05-05T08:00'])
  expect(local(endOf('nextWeek', '', new Date(2031, 4, 5, 7))!)).toBe('2031-05-12T08:00') // on a Monday
  expect(local(endOf('nextWeek', '', new Date(2031, 4, 4, 7))!)).toBe('2031-05-05T08:00') // on a Sunday
})

test('what was entered ends it, unless it is no moment, is past, or is too far away', () => {
  const now = new Date(2031, 4, 1, 15, 30)
  expect(local(endOf('custom', '2031-05-09T10:15', now)!)).toBe('2031-05-09T10:15')
  expect(endOf('custom', '', now)).toBeNull()
  expect([
    isAllowed(now, now),
    isAllowed(new Date(2031, 4, 31, 15, 30), now),
    isAllowed(new Date(2031, 5, 1), now),
  ]).toEqual([false, true, false])
})

test('a snooze begins now as the server has it, whatever the clock of the device says', () => {
  const asked = Date.now()
  noteServerTime(new Date(asked - 86_400_000).toUTCString(), asked)
  expect(endOf('hour')!.getTime() - asked).toBeLessThan(-22 * 3_600_000)
  expect(isAllowed(new Date(asked))).toBe(true) // a day from now
  noteServerTime(new Date(asked).toUTCString(), asked)
})
