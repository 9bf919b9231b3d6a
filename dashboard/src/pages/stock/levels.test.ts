import { expect, test, vi } from 'vitest'
import { filtersOf, orderOf } from './filters'
import { Levels } from './levels'

const answers: ((data: object) => void)[] = []
const receivers: { next(data: object): void }[] = []

vi.mock('../../api/request', () => ({ request: () => new Promise((answer) => answers.push(answer)) }))
vi.mock('../../api/live', () => ({
  subscribe: (_: unknown, __: unknown, receiver: never) => (receivers.push(receiver), () => undefined),
}))

const level = (number: number, version: number) => ({
  id: `level-${number}`,
  version,
  available: version * 10,
  onHand: version * 10,
  status: 'IN_STOCK',
  policy: { method: 'NONE' },
  item: { sku: `SKU-${number}`, isArchived: false },
  location: { code: 'LONDON' },
})
const page = (...nodes: object[]) => ({
  stockLevels: { nodes, totalCount: 500, pageInfo: { endCursor: `${nodes.length}`, hasNextPage: true } },
})

test('shows the newest version of a level, also where its change came before the page that has it', async () => {
  const none = new URLSearchParams()
  const levels = new Levels(filtersOf(none), orderOf(none))
  levels.look(0, 0)
  answers.shift()!(page(level(1, 3)))
  await vi.waitFor(() => expect(receivers.length).toBe(1))
  receivers[0]!.next({ stockLevels: { level: level(1, 5) } })
  receivers[0]!.next({ stockLevels: { level: level(1, 4) } }) // older
  receivers[0]!.next({ stockLevels: { level: level(2, 9) } }) // of the page that is being read
  answers.shift()!(page(level(2, 8)))
  await vi.waitFor(() => expect(levels.rows.at(250)).toBeDefined())
  expect(levels.rows.at(0)?.version).toBe(5)
  expect(levels.rows.at(250)?.version).toBe(9)
  levels.close()
})
