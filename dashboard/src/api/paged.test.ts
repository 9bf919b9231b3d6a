import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, PagedRows, type PageReader } from './paged'

const TOTAL = 10 * PAGE_SIZE + 7
const row = (index: number, version = 1) => ({ id: `row-${index}`, version })

function reader(total = TOTAL) {
  const asked: string[] = []
  const last = (after: string | null) => Math.min(total, Number(after ?? 0) + PAGE_SIZE)
  const made: PageReader<ReturnType<typeof row>> = {
    async read(after) {
      asked.push(`read ${after ?? 0}`)
      const rows = Array.from({ length: last(after) - Number(after ?? 0) }, (_, at) => row(Number(after ?? 0) + at))
      return { rows, end: String(last(after)), hasNext: last(after) < total, ...(after === null ? { total } : {}) }
    },
    async readEnd(after) {
      asked.push(`end ${after ?? 0}`)
      return { end: String(last(after)), hasNext: last(after) < total }
    },
  }
  return { made, asked }
}

describe('a list that is read by pages', () => {
  it('reads what is looked at and a little ahead', async () => {
    const { made, asked } = reader()
    const list = new PagedRows(made)
    await list.want(0, 20)
    expect(asked).toEqual(['read 0', 'read 250', 'read 500'])
    expect(list.count.value).toBe(TOTAL)
    expect(list.at(3)).toEqual(row(3))
    expect(list.at(PAGE_SIZE * 5)).toBeUndefined()
  })

  it('passes pages on the way to a far one by their ends only', async () => {
    const { made, asked } = reader()
    const list = new PagedRows(made)
    await list.want(0, 0)
    asked.length = 0
    await list.want(TOTAL - 3, TOTAL - 1)
    expect(asked).toEqual([...[3, 4, 5, 6, 7, 8].map((page) => `end ${page * PAGE_SIZE}`), 'read 2250', 'read 2500'])
    expect(list.at(TOTAL - 1)).toEqual(row(TOTAL - 1))
    expect(list.isComplete).toBe(false)
  })

  it('reads a page that was passed when it is looked at', async () => {
    const { made } = reader()
    const list = new PagedRows(made)
    await list.want(TOTAL - 1, TOTAL - 1)
    await list.want(5 * PAGE_SIZE, 5 * PAGE_SIZE)
    expect(list.at(5 * PAGE_SIZE)).toEqual(row(5 * PAGE_SIZE))
  })

  it('finds rows by id, and replaces them in place', async () => {
    const list = new PagedRows(reader(3).made)
    await list.want(0, 2)
    expect(list.apply('row-1', (before) => ({ ...before, version: before.version + 1 }))).toBe(true)
    expect(list.at(1)).toEqual(row(1, 2))
    expect(list.apply('row-9', (before) => before)).toBe(false)
    expect(list.isComplete).toBe(true)
  })

  it('tells what went wrong, and goes on', async () => {
    const { made } = reader(3)
    let fails = true
    const list = new PagedRows({
      ...made,
      read: (...asked) => (fails ? Promise.reject(new Error('away')) : made.read(...asked)),
    })
    await list.want(0, 2)
    expect(list.problem.value?.code).toBe('UNREACHABLE')
    fails = false
    await list.want(0, 2)
    expect(list.problem.value).toBeUndefined()
    expect(list.count.value).toBe(3)
    list.close()
  })
})
