import { describe, expect, it, vi } from 'vitest'
import { Problem } from '../../api/problem'
import { Bulk, type Task } from './bulk'

vi.mock('../../api/action', () => {
  let keys = 0
  return { newKey: () => `key-${(keys += 1)}`, persist: (attempt: () => unknown) => attempt() }
})

const away = new Problem('', 'UNREACHABLE', true)

describe('what is done to many', () => {
  it('counts what was done, and tells what was refused of which', async () => {
    const tasks: Task<string>[] = [
      { targets: ['a', 'b'], perform: async () => [undefined, { refused: 'too few' }] },
      { targets: ['c'], perform: () => Promise.reject(new Problem('archived', 'ARCHIVED', false)) },
    ]
    const bulk = new Bulk(tasks)
    await bulk.run(() => undefined)
    expect(bulk.done).toBe(1)
    expect(bulk.refused).toEqual([
      { target: 'b', message: 'too few' },
      { target: 'c', message: 'archived' },
    ])
    expect(bulk.isUnanswered).toBe(false)
  })

  it('repeats only what was not answered, under the same key', async () => {
    const sent: string[] = []
    let isAway = true
    const bulk = new Bulk<string>([
      {
        targets: ['a'],
        perform: async (key) => {
          sent.push(`a ${key}`)
          return [undefined]
        },
      },
      {
        targets: ['b'],
        perform: async (key) => {
          sent.push(`b ${key}`)
          if (isAway) throw away
          return [undefined]
        },
      },
    ])
    await bulk.run(() => undefined)
    expect(bulk.problem).toBe(away)
    expect(bulk.isUnanswered).toBe(true)
    isAway = false
    await bulk.run(() => undefined)
    expect([bulk.done, bulk.isUnanswered, bulk.problem]).toEqual([2, false, undefined])
    expect(sent[2]).toBe(sent[1])
    expect(sent).toHaveLength(3)
  })

  it('does not take for refused what was done but for something', async () => {
    const bulk = new Bulk<string>([{ targets: ['a'], perform: async () => [{ but: 'not shipped' }] }])
    await bulk.run(() => undefined)
    expect([bulk.done, bulk.refused]).toEqual([1, []])
    expect(bulk.partly).toEqual([{ target: 'a', message: 'not shipped' }])
  })

  it('begins nothing more once it is stopped', async () => {
    const stop = new AbortController()
    const perform = async () => {
      stop.abort()
      return [undefined]
    }
    const bulk = new Bulk<number>(Array.from({ length: 9 }, (_, at) => ({ targets: [at], perform })))
    await bulk.run(() => undefined, stop.signal)
    expect(bulk.done).toBeLessThanOrEqual(5)
    expect(bulk.isUnanswered).toBe(true)
  })
})
