import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { Parts } from './Parts'

test('the fields of each part are a group with its name, which no list would be', async () => {
  const parts = [{ key: 'a', name: 'Assam', hint: '' }]
  await act(() =>
    render(<Parts parts={parts} label="Units" quantities={new Map()} onQuantities={() => undefined} />, document.body),
  )
  const group = document.querySelector('[role=group]')
  expect(group?.getAttribute('aria-label')).toBe('Assam')
  expect(group?.closest('ul')).toBeNull() // all children of a list are its items
})
