import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { Figures } from './Figures'

const shown = async (levels: readonly object[] | undefined) => {
  const item = { unitCost: '2.50', barcodes: [] }
  await act(() => render(<Figures item={item} levels={levels as never} />, document.body))
  return [...document.querySelectorAll('dd')].map(({ textContent }) => textContent)
}

test('sums over levels that are not known yet are not shown as nothing', async () => {
  expect(await shown(undefined)).toEqual(['…', '…', '…', '…', '…', '2.50'])
  expect(await shown([])).toEqual(['0', '0', '0', '0', '0.00', '2.50'])
  const level = { available: 3, onHand: 4, reserved: 1, incoming: 0 }
  expect(await shown([level, level])).toEqual(['6', '8', '2', '0', '20.00', '2.50'])
})
