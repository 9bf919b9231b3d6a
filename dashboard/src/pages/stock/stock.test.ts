import { describe, expect, it } from 'vitest'
import type { StockRowFragment } from '../../gql/graphql'
import { filtersOf, searchOf, stillMatches, whereOf } from './filters'
import { ticked } from './levelRow'

const kept = (search: string) => {
  const packed = Object.entries(searchOf(filtersOf(new URLSearchParams(search)))).filter(([, value]) => value !== null)
  return new URLSearchParams(packed as [string, string][]).toString()
}

const level = (more: Partial<StockRowFragment>) =>
  ({
    id: 'a',
    version: 3,
    status: 'LOW',
    available: 4,
    onHand: 5,
    policy: { method: 'MIN_MAX' },
    item: { isArchived: false },
    ...more,
  }) as StockRowFragment

describe('filters in the address', () => {
  it('come back as they were', () => {
    const search =
      'q=green+tea&location=LEEDS%2CYORK&status=low%2Cout&category=Tea&tags=fair%2Ca%252Cb&method=min_max&archived=yes'
    expect(kept(search)).toBe(search)
    expect(filtersOf(new URLSearchParams(search)).tags).toEqual(['fair', 'a,b'])
  })

  it('leave out what does not exist', () => {
    expect(kept('status=low,lost&method=magic&archived=no')).toBe('status=low')
  })

  it('become the filter of the server', () => {
    expect(whereOf(filtersOf(new URLSearchParams('q=%20tea%20&status=out&location=LEEDS')))).toEqual({
      isArchived: false,
      search: 'tea',
      statuses: ['OUT'],
      locations: ['LEEDS'],
    })
  })
})

describe('a row that changes', () => {
  const low = filtersOf(new URLSearchParams('status=low'))

  it('ticks by what has changed, and stays when it no longer matches', () => {
    const row = ticked(level({}), level({ version: 4, available: 9, onHand: 5, status: 'IN_STOCK' }), low, 1_000)
    expect(row).toMatchObject({ version: 4, available: 9, tick: { at: 1_000, available: 5, onHand: 0 }, hasLeft: true })
    expect(stillMatches(low, row)).toBe(false)
  })

  it('takes no older version', () => {
    const row = level({})
    expect(ticked(row, level({ version: 3, available: 0 }), low, 0)).toBe(row)
  })
})
