import { expect, test } from 'vitest'
import { ageOf, type Choice, fits, grouped, handlingOf, type Sortable, worstFirst } from './sorting'

const NOW = Date.parse('2031-05-05T12:00:00Z')
const ALL: Choice = { handling: 'all', types: new Set(), location: null, age: null, text: '' }

const anAlert = (id: string, more: Partial<Sortable> = {}): Sortable => ({
  id,
  type: 'LOW',
  openedAt: '2031-05-05T11:30:00Z',
  item: { sku: 'TEA-001', name: 'Assam' },
  location: { code: 'LEEDS', name: 'Leeds' },
  ...more,
})

test('the worst alert comes first, and of equals the oldest', () => {
  const alerts = [
    anAlert('low'),
    anAlert('new', { type: 'OUT' }),
    anAlert('old', { type: 'OUT', openedAt: '2031-05-01T00:00:00Z' }),
  ]
  expect(alerts.sort(worstFirst).map(({ id }) => id)).toEqual(['old', 'new', 'low'])
})

test('an alert has one age and one handling, at their borders too', () => {
  const opened = (at: string) => ageOf({ openedAt: at }, NOW)
  expect(
    ['2031-05-05T11:00:01Z', '2031-05-05T11:00:00Z', '2031-05-04T12:00:00Z', '2031-04-28T12:00:00Z'].map(opened),
  ).toEqual(['hour', 'day', 'week', 'older'])
  expect(handlingOf({ acknowledgedAt: 'x', snoozedUntil: 'y' })).toBe('snoozed')
  expect([handlingOf({ acknowledgedAt: 'x' }), handlingOf({})]).toEqual(['acknowledged', 'open'])
})

test('an alert is shown where it fits each part of a filter', () => {
  const out = anAlert('a', { type: 'OUT' })
  const choice: Choice = { ...ALL, handling: 'open', types: new Set(['LOW'] as const), text: 'assam' }
  expect(fits(out, choice, NOW)).toBe(false)
  expect(fits(out, { ...choice, types: new Set() }, NOW)).toBe(true)
  expect(fits(anAlert('b', { acknowledgedAt: 'x' }), choice, NOW)).toBe(false)
  expect(fits(anAlert('c'), { ...choice, location: 'LONDON' }, NOW)).toBe(false)
})

test('groups come by severity, by age, and by the names of locations', () => {
  const leeds = anAlert('a', { openedAt: '2031-05-01T00:00:00Z' })
  const london = anAlert('b', { type: 'OUT', location: { code: 'LONDON', name: 'London' } })
  const keys = (by: Parameters<typeof grouped>[1]) => grouped([leeds, london], by, NOW).map(({ key }) => key)
  expect([keys('type'), keys('location'), keys('age'), keys('none')]).toEqual([
    ['OUT', 'LOW'],
    ['LEEDS', 'LONDON'],
    ['hour', 'week'],
    [''],
  ])
})
