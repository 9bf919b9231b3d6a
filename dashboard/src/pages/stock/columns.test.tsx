import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { COLUMNS } from './columns'

const MOST = 1_000_000_000
const LEVEL = {
  item: { unitCost: '123456.78', tags: [] },
  location: {},
  policy: { targetLevel: MOST, safetyStock: MOST },
  available: MOST,
  onHand: MOST,
  reserved: MOST,
  unavailable: MOST,
  incoming: MOST,
  backordered: MOST,
  reorderPoint: MOST,
}

test('a number that is too long for its column has itself in full as its title', async () => {
  const columns = COLUMNS.filter(({ isNumber }) => isNumber)
  await act(() => render(columns.map(({ cell }) => <p>{cell(LEVEL as never)}</p>) as never, document.body))
  const shown = [...document.querySelectorAll('p > span')]
  expect(shown).toHaveLength(columns.length)
  expect(shown.filter((cell) => cell.textContent !== cell.getAttribute('title'))).toEqual([])
})
