import { describe, expect, it, vi } from 'vitest'
import { NewRows } from './ledger'

vi.mock('../../api/live', () => ({ subscribe: () => () => undefined }))

const row = (id: string) => ({ id })

describe('what is new in the ledger', () => {
  it('is on top, the newest first, each row once', () => {
    const rows = new NewRows<{ id: string }>()
    rows.add(row('a'))
    rows.add(row('b'))
    expect(rows.add(row('a'))).toBe(false)
    expect(rows.rows.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('is left out where the first page has it already', () => {
    const rows = new NewRows<{ id: string }>()
    rows.add(row('b'))
    rows.add(row('c'))
    rows.settle([row('b'), row('a')])
    expect(rows.rows).toEqual([row('c')])
    expect([rows.add(row('b')), rows.add(row('d'))]).toEqual([false, true])
  })
})
