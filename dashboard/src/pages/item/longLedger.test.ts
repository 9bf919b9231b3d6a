import { expect, test, vi } from 'vitest'
import { Ledger } from './ledger'

const lines: { id: string; version: number }[] = []
let tell: (data: object) => void = () => {}

vi.mock('../../api/live', () => ({
  subscribe: (_: unknown, __: unknown, receiver: { next(data: object): void }) => {
    tell = receiver.next
    return () => undefined
  },
}))
vi.mock('../../api/request', () => ({
  request: async (_: unknown, { after }: { after: string | null }) => {
    const from = after === null ? lines.length : Number(after)
    const nodes = lines.slice(Math.max(0, from - 250), from).reverse()
    const end = from - nodes.length
    const total = after === null ? { totalCount: lines.length } : {}
    return { movements: { nodes, pageInfo: { endCursor: String(end), hasNextPage: end > 0 }, ...total } }
  },
}))

test('shows every line once, in its order, however many come, and keeps few of them on top', async () => {
  const ledger = new Ledger({ sku: 'A', location: null, reasons: null })
  tell({ movements: { movement: null } })
  await vi.waitFor(() => expect(ledger.count).toBe(0))
  for (let number = 0; number < 3_500; number += 1) {
    const line = { id: `${number}`, version: 1 }
    lines.push(line)
    tell({ movements: { movement: line } })
    if (number % 50 === 0) await new Promise((resolve) => setTimeout(resolve))
  }
  ledger.look(0, 0)
  await vi.waitFor(() => expect(ledger.count).toBe(3_500))
  expect(Reflect.get(ledger, 'past').count.value).toBeGreaterThan(1_000)
  ledger.look(0, 2_000)
  await vi.waitFor(() => expect(ledger.at(2_000)).toBeDefined())
  expect([0, 1, 999, 1_000, 2_000].map((at) => ledger.at(at)?.id)).toEqual(['3499', '3498', '2500', '2499', '1499'])
  ledger.close()
})
