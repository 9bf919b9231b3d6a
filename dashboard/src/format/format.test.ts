import { expect, test } from 'vitest'
import { asTyped, change, fromTyped, money, rate, setCurrency, share, units, worth } from './number'
import { ago, dateTime, time, timeOrDay } from './time'

test('numbers and money are written for the viewer, and what is unknown is not written as zero', () => {
  expect(units(1_234_567)).toBe('1,234,567')
  expect([rate(0.04), rate(0), rate(12.34)]).toEqual(['< 0.1', '0', '12.3'])
  expect(change(3)).toBe('+3')
  expect(change(0)).toBe('0')
  expect(money('1234.5')).toBe('1,234.50')
  expect(worth('2500000.4')).toBe('2,500,000')
  expect(money(null)).toBe('')
})

test('amounts are in the currency of the installation, where that is known', () => {
  setCurrency('EUR')
  expect(money('1234.5')).toBe('€1,234.50')
  expect(worth(99.6)).toBe('€100')
  setCurrency(null)
  expect(money('1234.5')).toBe('1,234.50')
})

test('a share that is not all is not written as all', () => {
  expect(share(1)).toBe('100%')
  expect(share(0.9999)).toBe('99.9%')
  expect(share(0.0001)).toBe('0.1%')
  expect(share(0)).toBe('0%')
})

test('spans are told in the largest unit that is full', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  expect(ago('2026-11-23T11:59:30Z', now)).toContain('30')
  expect(ago('2026-11-23T10:01:00Z', now)).toContain('1 h')
  expect(ago('2026-11-25T12:00:00Z', now)).toContain('2 days')
})

test('an amount may be typed with a comma or a point, and is sent as the API takes it', () => {
  expect([fromTyped('1,95'), fromTyped(' 1.95 '), fromTyped('')]).toEqual(['1.95', '1.95', ''])
  expect(fromTyped(asTyped('12.50'))).toBe('12.50')
})

test('a moment of today is told by its time, one of another day with that day', () => {
  const now = new Date(2031, 4, 5, 9).getTime()
  expect(timeOrDay(now - 60_000, now)).toBe(time(now - 60_000))
  expect(timeOrDay(now - 86_400_000, now)).toBe(dateTime(now - 86_400_000))
})
