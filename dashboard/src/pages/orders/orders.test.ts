import { expect, test } from 'vitest'
import { refusalOf } from '../../api/problem'
import { type Arrival, arrived, wrongOf } from '../../ui/arrivals'
import { type Reason, stepsOf } from '../../ui/reasons'
import { allowedOf } from './Refused'
import { doable, isOverdue, STATES } from './states'

const anArrival = (more: Partial<Arrival>): Arrival => ({
  sku: 'TEA',
  outstanding: 5,
  quantity: 5,
  damaged: null,
  overReason: '',
  ...more,
})

test('what arrived is sent, with a reason only where it is more than was outstanding', () => {
  const arrivals = [
    anArrival({ damaged: 2, overReason: 'FOUND' }),
    anArrival({ quantity: 7, overReason: 'FOUND' }),
    anArrival({ quantity: 0 }),
    anArrival({ quantity: null }),
  ]
  expect(arrived(arrivals)).toEqual([
    { sku: 'TEA', quantity: 5, damaged: 2, overReason: null },
    { sku: 'TEA', quantity: 7, damaged: 0, overReason: 'FOUND' },
  ])
})

test('no more can be damaged than arrived, and more than ordered needs a reason', () => {
  expect([
    wrongOf(anArrival({ damaged: 6 })),
    wrongOf(anArrival({ quantity: 6 })),
    wrongOf(anArrival({ damaged: 5 })),
  ]).toEqual(['damaged', 'reason', undefined])
})

test('what was refused for its quantity is offered as the supplier sells it', () => {
  const refused = { code: 'QUANTITY_NOT_OFFERED', message: '', sku: 'TEA', nextAllowedQuantity: 24 }
  expect(allowedOf(refusalOf([refused, { code: 'BELOW_ORDER_VALUE', message: '' }]))).toEqual([
    { sku: 'TEA', quantity: 24 },
  ])
  expect(allowedOf(undefined)).toEqual([])
})

test('each state leads on, and what is cancelled leads nowhere', () => {
  expect(STATES.map((state) => doable(state)[0])).toEqual([
    'submit',
    'confirm',
    'receive',
    'receive',
    'receive',
    undefined,
  ])
})

test('an order is overdue while it is on order only', () => {
  const expectedAt = '2031-05-05T00:00:00Z'
  const now = Date.parse('2031-05-06T00:00:00Z')
  expect(STATES.filter((state) => isOverdue({ state, expectedAt }, now))).toEqual([
    'SUBMITTED',
    'CONFIRMED',
    'PARTIALLY_RECEIVED',
  ])
})

test('a reason leads from the position to the quantity, and says why it was rounded', () => {
  const reason: Reason = {
    at: '',
    method: 'MIN_MAX',
    available: 3,
    incoming: 2,
    planned: 0,
    position: 5,
    reorderPoint: 10,
    safetyStock: 0,
    targetLevel: 40,
    orderQuantity: null,
    wanted: 35,
    quantity: 36,
    packSize: 12,
    minimumQuantity: 12,
  }
  expect(
    stepsOf(reason)
      .map(({ value }) => value)
      .slice(1),
  ).toEqual(['5', '10', '40', '35', '36'])
  expect(stepsOf({ ...reason, quantity: 35 }).at(-1)?.hint).toBeUndefined()
  expect(stepsOf(reason).at(-1)?.hint).toBeDefined()
})
