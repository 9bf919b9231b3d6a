import { expect, test } from 'vitest'
import { deliveriesOf } from './leadTimes'

const anOrder = (id: string, submittedAt: string | null, expectedAt: string | null, closedAt: string | null) => ({
  id,
  submittedAt,
  expectedAt,
  closedAt,
})

test('a delivery takes from submitting to the last box, and is late by whole days only', () => {
  const deliveries = deliveriesOf([
    anOrder('on time', '2031-05-01T00:00:00Z', '2031-05-04T00:00:00Z', '2031-05-04T12:00:00Z'),
    anOrder('late', '2031-05-01T00:00:00Z', '2031-05-04T00:00:00Z', '2031-05-06T06:00:00Z'),
    anOrder('draft', null, null, '2031-05-06T00:00:00Z'),
  ])
  expect(deliveries.map(({ order, days, promised, late }) => [order.id, days, promised, late])).toEqual([
    ['late', 5.25, 3, 2],
    ['on time', 3.5, 3, 0],
  ])
})
