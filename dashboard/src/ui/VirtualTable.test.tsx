import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { isForItself, VirtualTable } from './VirtualTable'

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

test('a double click opens the row, but not where it is for a box or a button in the row', () => {
  document.body.innerHTML =
    '<div><input type="checkbox"><button><svg></svg></button><a><b>TEA</b></a><span>7</span></div>'
  const found: string[] = []
  document.body.firstElementChild!.addEventListener(
    'dblclick',
    (event) => isForItself(event as MouseEvent) || found.push((event.target as Element).tagName),
  )
  for (const element of document.querySelectorAll('div, input, svg, b, span'))
    element.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  expect(found).toEqual(['DIV', 'SPAN'])
})
