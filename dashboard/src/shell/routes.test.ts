import { expect, test } from 'vitest'
import { type Viewer, viewer } from '../api/session'
import { isOpen, ROUTES } from './routes'

const SCOPES = [
  'CATALOG_READ',
  'STOCK_READ',
  'ORDERS_READ',
  'PURCHASING_READ',
  'COUNTING_READ',
  'INSIGHTS_READ',
] as const
const namesFor = (categories: string[] | null) => {
  viewer.value = { scopes: SCOPES, categories } as unknown as Viewer
  return ROUTES.filter(isOpen).map(({ name }) => name)
}

test('who sees some categories only is not led to documents that have lines of others', () => {
  const all = namesFor(null)
  expect(all).toHaveLength(ROUTES.length)
  expect(all.filter((name) => !namesFor(['Tea']).includes(name))).toEqual([
    'orders',
    'reservations',
    'transfers',
    'counts',
  ])
})
