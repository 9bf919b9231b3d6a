import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { VirtualTable } from './VirtualTable'

interface Row {
  id: string
}

test('the box of all rows is as high as they are, so that the scroll bar leads to the last one', async () => {
  await act(() =>
    render(
      <VirtualTable<Row>
        label="Levels"
        columns={[{ id: 'id', head: 'Name', width: 100, cell: ({ id }) => id }]}
        count={100_000}
        rowAt={(index) => ({ id: String(index) })}
        rowHeight={44}
      />,
      document.body,
    ),
  )
  const [, rows] = document.querySelectorAll<HTMLElement>('[role="rowgroup"]')
  expect(rows?.style.height).toBe('4400000px')
})
