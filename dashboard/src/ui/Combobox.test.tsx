import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { Combobox, type Option, optionAfter } from './Combobox'
import { fitting } from './pickers'

const TEA = { id: 'TEA', text: 'Tea' }
const COFFEE = { id: 'COF', text: 'Coffee' }

test('what fitted the text before cannot be chosen; Enter waits for what fits', async () => {
  const chosen: (Option | null)[] = []
  const show = (options: readonly Option[], isLoading: boolean) =>
    act(() =>
      render(
        <Combobox
          label="Item"
          value={null}
          onValue={(option) => chosen.push(option)}
          options={options}
          isLoading={isLoading}
          onTyped={() => {}}
        />,
        document.body,
      ),
    )
  await show([TEA], false)
  const field = document.querySelector('input')!
  await act(() => {
    field.value = 'cof'
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await show([TEA], true)
  await act(() => document.querySelector<HTMLElement>('[role="option"]')!.click())
  await act(
    () => void field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })),
  )
  await act(() => void field.dispatchEvent(new FocusEvent('blur'))) // on to the next field at once
  expect(chosen).toEqual([])
  await show([COFFEE], false)
  expect(chosen).toEqual([COFFEE])
  expect(document.querySelector('[role="listbox"]')!.getAttribute('tabindex')).toBe('-1') // Tab goes to the next field
})

test('arrows go round the options, and from none to the first or the last', () => {
  expect([optionAfter('ArrowDown', -1, 3), optionAfter('ArrowUp', -1, 3)]).toEqual([0, 2])
  expect([optionAfter('ArrowDown', 2, 3), optionAfter('ArrowUp', 0, 3)]).toEqual([0, 2])
  expect(optionAfter('ArrowDown', -1, 0)).toBe(-1)
})

test('every typed word is in the name or the code, and what begins with the first one leads', () => {
  const options = [
    { id: 'N', text: 'Old harbour', hint: 'NORTH' },
    { id: 'H', text: 'Harbour goods', hint: 'HG' },
    { id: 'L', text: 'London', hint: 'LON' },
  ]
  expect(fitting(options, 'harb').map(({ id }) => id)).toEqual(['H', 'N'])
  expect(fitting(options, 'harbour nor').map(({ id }) => id)).toEqual(['N'])
})
