import { expect, test } from 'vitest'
import { Problem } from '../../api/problem'
import { dayOf, listOf, momentOf, wrongIn } from './parts'

test('an empty list is no restriction', () => {
  expect(listOf(' , ')).toBeNull()
  expect(listOf('Tea, Coffee ,')).toEqual(['Tea', 'Coffee'])
})

test('a day includes all of itself', () => {
  const begin = new Date(momentOf('2026-11-23')!)
  const end = new Date(momentOf('2026-11-23', true)!)
  expect([begin.getHours(), begin.getDate()]).toEqual([0, 23])
  expect([end.getHours(), end.getDate()]).toEqual([0, 24])
  expect(momentOf('')).toBeNull()
  expect(dayOf(momentOf('2026-03-29'))).toBe('2026-03-29')
})

test('an error is shown at its field', () => {
  const problem = new Problem('Taken.', 'NAME_TAKEN', false, [
    { code: 'NAME_TAKEN', message: 'Taken.', field: ['name'] },
  ])
  expect(wrongIn(problem, 'name')).toBe('Taken.')
  expect(wrongIn(problem, 'url')).toBeUndefined()
})
