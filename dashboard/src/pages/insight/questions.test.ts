import { expect, test } from 'vitest'
import { answersOf, barOf, QUESTIONS, type Row } from './questions'

const row = (figures: Partial<Row>) =>
  ({
    item: { id: 'i', sku: 'TEA/1 +', name: 'Tea' },
    location: { id: 'l', code: 'LONDON', name: 'London' },
    daysOfCover: null,
    salesValue: null,
    stockValue: null,
    stockOutDays: 0,
    unitsSold: 0,
    velocity: 0,
    ...figures,
  }) as Row

const question = (name: string) => QUESTIONS.find((each) => each.name === name)!

test('a level without the number of a question does not answer it', () => {
  const rows = [row({ daysOfCover: 0, velocity: 2 }), row({ stockOutDays: 3, salesValue: '9.50', unitsSold: 1 })]
  expect(answersOf(question('cover'), rows)).toEqual([rows[0]])
  expect(answersOf(question('outs'), rows)).toEqual([rows[1]])
  expect(answersOf(question('classes'), rows)).toEqual([rows[1]])
  expect(answersOf(question('dead'), rows)).toEqual([])
})

test('what is out already is drawn by what sells of it a day', () => {
  expect(barOf(question('cover'), row({ daysOfCover: 0, velocity: 2 }))).toBe(2)
  expect(barOf(question('classes'), row({ salesValue: '9.50', unitsSold: 1 }))).toBe(9.5)
})

test('each row leads to its level, whatever its SKU is made of', () => {
  for (const { action } of QUESTIONS) {
    const address = new URL(action.address(row({})), 'http://localhost')
    expect(address.searchParams.get('location')).toBe('LONDON')
    expect(decodeURIComponent(address.pathname) + (address.searchParams.get('q') ?? '')).toContain('TEA/1 +')
  }
})
