import { describe, expect, it } from 'vitest'
import { Selection } from './selection'
import { Scale } from './useVirtualRows'
import { targetOf } from './VirtualTable'

const rows = Array.from({ length: 10 }, (_, index) => ({ id: String(index) }))
const rowAt = (index: number) => (index === 4 ? undefined : rows[index])
const ids = (selection: Selection<{ id: string }>) => [...selection.rows.value.keys()].sort()

describe('selecting rows', () => {
  it('toggles one, and extends from it over what is loaded', () => {
    const selection = new Selection<{ id: string }>()
    selection.toggle(6, rows[6]!)
    selection.extend(2, rowAt)
    expect(ids(selection)).toEqual(['2', '3', '5', '6'])
    selection.toggle(3, rows[3]!)
    expect(ids(selection)).toEqual(['2', '5', '6'])
  })
})

describe('keys in a table', () => {
  it('stay within it', () => {
    const at = { current: 1, count: 50, pageSize: 20 }
    const to = (key: string, from = at) => targetOf({ key }, from)
    expect([to('ArrowUp'), to('PageUp'), to('PageDown'), to('End'), to('Home'), to('x')]).toEqual([
      0,
      0,
      21,
      49,
      0,
      undefined,
    ])
    expect(to('ArrowDown', { ...at, current: 49 })).toBe(49)
  })
})

describe('a list that is higher than a browser can scroll', () => {
  it('is reached to its last row', () => {
    const scale = new Scale(1_000_000, 44, 800)
    expect(scale.height).toBe(15_000_000)
    expect(scale.toList(scale.height - 800)).toBeCloseTo(44_000_000 - 800)
    expect(scale.toList(scale.toBar(1_234_567))).toBeCloseTo(1_234_567)
  })

  it('is at its own scale where it fits', () => {
    expect(new Scale(100_000, 44, 800).factor).toBe(1)
    expect(new Scale(3, 44, 800).factor).toBe(1)
  })
})
