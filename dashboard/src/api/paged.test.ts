import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, PagedRows, type PageReader } from './paged'
import { Problem } from './problem'

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

describe('a list that changes while it is read', () => {
  const page = (ids: number[], end: string | null, version = 1) => ({
    rows: ids.map((id) => row(id, version)),
    end,
    hasNext: end !== null,
  })
  const all = (first: number) => Array.from({ length: PAGE_SIZE }, (_, at) => first + at)

  it('keeps a change that came before an older page', async () => {
    const { made } = reader(3)
    const list = new PagedRows(made)
    await list.want(0, 2)
    list.apply('row-1', () => row(1, 7))
    list.refresh()
    await list.want(0, 2)
    expect(list.at(1)).toEqual(row(1, 7))
  })

  it('shows a row that is in two pages as the same one in both', async () => {
    const pages = [page(all(0), 'a'), page([PAGE_SIZE - 1, 900], null, 2)]
    const list = new PagedRows({
      read: async () => pages.shift()!,
      readEnd: async () => ({ end: null, hasNext: false }),
    })
    await list.want(0, PAGE_SIZE)
    list.apply(`row-${PAGE_SIZE - 1}`, () => row(PAGE_SIZE - 1, 3))
    expect(list.at(PAGE_SIZE - 1)).toEqual(list.at(PAGE_SIZE))
    expect(list.at(PAGE_SIZE)?.version).toBe(3)
  })

  it('lets the next page begin where the one before ends by now, and forgets what is beyond the end', async () => {
    const asked: (string | null)[] = []
    const answers: Record<string, ReturnType<typeof page>> = {
      null: page(all(0), 'a'),
      a: page(all(250), 'b'),
      b: page([500], null),
    }
    const list = new PagedRows({
      read: async (after) => (asked.push(after), answers[String(after)]!),
      readEnd: async () => ({ end: null, hasNext: false }),
    })
    await list.want(0, 0)
    expect(list.count.value).toBe(501)
    answers.null = page(all(1000), 'z')
    answers.z = page([7], null)
    asked.length = 0
    list.refresh()
    await list.want(0, 0)
    expect(asked).toEqual([null, 'z'])
    expect(list.count.value).toBe(251)
    expect(list.at(250)).toEqual(row(7))
  })

  it('finds its way again where a cursor is refused, and gives up where that is refused, too', async () => {
    let refused: string[] = []
    const { made, asked } = reader(PAGE_SIZE * 4)
    const list = new PagedRows({
      ...made,
      async read(after, stop) {
        if (refused.includes(String(after))) throw new Problem('', 'BAD_USER_INPUT', false)
        return made.read(after, stop)
      },
    })
    await list.want(0, 0)
    refused = [String(PAGE_SIZE * 3)]
    asked.length = 0
    const wanted = list.want(3 * PAGE_SIZE, 3 * PAGE_SIZE)
    await Promise.resolve()
    await wanted
    expect(asked).toEqual(['end 0', 'end 250', 'read 500'].filter((one) => asked.includes(one)))
    expect(list.problem.value?.code).toBe('BAD_USER_INPUT')
    refused = []
    await list.want(3 * PAGE_SIZE, 3 * PAGE_SIZE)
    expect(list.at(3 * PAGE_SIZE)).toEqual(row(3 * PAGE_SIZE))
    expect(list.problem.value).toBeUndefined()
  })
})
