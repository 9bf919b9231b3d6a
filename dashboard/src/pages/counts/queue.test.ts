import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { Problem, refusalOf, unreachable } from '../../api/problem'
import { alterEntry, forgetLists, keepItems, readEntries, readItems } from './database'
import type { Counted, Entry } from './entry'
import { add, discard, drain, entries, isSurelyMissing, load, retry } from './queue'

const ADA = 'user:ada'
const LATER = 10_000
const scan = (sku: string, more: Partial<Counted> = {}): Counted => ({
  actor: ADA,
  count: 'count-1',
  sku,
  barcode: null,
  name: sku,
  quantity: 1,
  startsOver: false,
  ...more,
})

interface Server {
  recorded: Map<string, Entry>
  received: string[]
  send(entry: Entry): Promise<number>
}

// As the real one: the same key is recorded once.
function server(): Server {
  const recorded = new Map<string, Entry>()
  const received: string[] = []
  const send = async (entry: Entry) => {
    received.push(`${entry.sku} ${entry.quantity}`)
    if (!recorded.has(entry.key)) recorded.set(entry.key, entry)
    return recorded.size
  }
  return { recorded, received, send }
}

const settled = () => Date.now() + LATER
const states = () => entries.value.map(({ state }) => state)

beforeEach(async () => {
  for (const { number } of await readEntries()) await alterEntry(number, () => undefined)
  await load()
})

test('what was counted offline is sent in order when the server is there, each once', async () => {
  const { received, send } = server()
  await add(scan('TEA'), 0)
  await add(scan('COF'), 0)
  await add(scan('TEA'), LATER * 100) // long after: perhaps another shelf
  expect(await drain(ADA, () => Promise.reject(unreachable()), settled)).toEqual({ after: null, isCut: true })
  expect(states()).toEqual(['waiting', 'waiting', 'waiting'])
  await drain(ADA, send, settled)
  await drain(ADA, send, settled)
  expect(received).toEqual(['TEA 1', 'COF 1', 'TEA 1'])
  expect(states()).toEqual(['sent', 'sent', 'sent'])
})

test('scans of one item in a row are one entry, until its sending was begun', async () => {
  const { received, send } = server()
  const now = Date.now()
  await Promise.all([add(scan('TEA'), now), add(scan('TEA'), now), add(scan('TEA'), now)])
  expect(entries.value).toHaveLength(1)
  await drain(ADA, () => Promise.reject(unreachable()), settled) // the server may have it
  await add(scan('TEA'), now)
  await drain(ADA, send, settled)
  expect(received).toEqual(['TEA 3', 'TEA 1'])
})

test('an entry that somebody still adds to is not sent yet', async () => {
  const { received, send } = server()
  const now = Date.now()
  await add(scan('TEA'), now)
  expect(await drain(ADA, send, () => now + 200)).toEqual({ after: 1_000, isCut: false })
  expect(received).toEqual([])
})

test('a page that dies between the answer and its note sends again under the same key: recorded once', async () => {
  const { recorded, received, send } = server()
  await add(scan('TEA'))
  const dying = async (entry: Entry) => {
    await send(entry)
    throw unreachable()
  }
  await drain(ADA, dying, settled)
  await load() // the page is opened again
  await drain(ADA, send, settled)
  expect(received).toEqual(['TEA 1', 'TEA 1'])
  expect([...recorded.values()].map(({ quantity }) => quantity)).toEqual([1])
  expect(states()).toEqual(['sent'])
})

test('what another tab has sent meanwhile is not sent again', async () => {
  const { received, send } = server()
  const { number } = await add(scan('TEA'))
  await alterEntry(number, (entry) => ({ ...entry, isAttempted: true, state: 'sent', version: 5 }))
  await drain(ADA, send, settled)
  expect(received).toEqual([])
})

test('a refused entry shows the reason and does not hold up the others', async () => {
  const { received, send } = server()
  await add(scan('OLD'))
  await add(scan('TEA'))
  const refusing = (entry: Entry) =>
    entry.sku === 'OLD'
      ? Promise.reject(refusalOf([{ code: 'INVALID_VALUE', message: 'Not part of this count.' }]))
      : send(entry)
  await drain(ADA, refusing, settled)
  expect(entries.value.map(({ state, reason }) => [state, reason])).toEqual([
    ['refused', 'Not part of this count.'],
    ['sent', null],
  ])
  expect(isSurelyMissing(entries.value[0]!)).toBe(true)
  await retry(entries.value[0]!.number)
  await drain(ADA, send, settled)
  expect(received).toEqual(['TEA 1', 'OLD 1'])
})

test.each([
  ['a fault of the server', new Problem('Internal error', 'INTERNAL', false)],
  ['what a proxy says', new Problem('', 'HTTP_502', false)],
  ['no answer', unreachable()],
])('an entry that gets %s waits, lets others pass, and counts once', async (_, failure) => {
  const { received, recorded, send } = server()
  await add(scan('BAD'), 0)
  await add(scan('TEA'), 0)
  await add(scan('BAD', { startsOver: true, quantity: 7 }), LATER * 100) // of the same item: not before it
  const failing = async (entry: Entry) => {
    const version = await send(entry)
    if (entry.sku === 'BAD') throw failure
    return version
  }
  for (let turn = 0; turn < 4; turn += 1) expect((await drain(ADA, failing, settled)).isCut).toBe(true)
  expect(received).toEqual(['BAD 1', 'BAD 1', 'BAD 1', 'TEA 1', 'BAD 1'])
  expect(states()).toEqual(['waiting', 'sent', 'waiting'])
  await drain(ADA, send, settled)
  expect(states()).toEqual(['sent', 'sent', 'sent'])
  expect([...recorded.values()].map(({ quantity }) => quantity)).toEqual([1, 1, 7])
})

test('an entry that is not answered can be given up, once others have passed it', async () => {
  const { number } = await add(scan('BAD'))
  const failing = () => Promise.reject(new Problem('Internal error', 'INTERNAL', false))
  await drain(ADA, failing, settled)
  await discard(number)
  expect(states()).toEqual(['waiting'])
  for (let turn = 0; turn < 2; turn += 1) await drain(ADA, failing, settled)
  await discard(number)
  expect(states()).toEqual([])
})

test('an entry that may have been recorded is not said to be missing, whatever is said to its next attempt', async () => {
  await add(scan('TEA'))
  const busy = () => Promise.reject(new Problem('Wait', 'RATE_LIMITED', true))
  const forbidding = () => Promise.reject(new Problem('Not allowed', 'FORBIDDEN', false))
  await drain(ADA, busy, settled) // nothing was begun
  await drain(ADA, forbidding, settled)
  expect(isSurelyMissing(entries.value[0]!)).toBe(true)
  await retry(entries.value[0]!.number)
  await drain(ADA, () => Promise.reject(unreachable()), settled)
  await drain(ADA, forbidding, settled)
  expect(isSurelyMissing(entries.value[0]!)).toBe(false)
  await retry(entries.value[0]!.number)
  await drain(ADA, () => Promise.reject(refusalOf([{ code: 'INVALID_VALUE', message: 'No such item.' }])), settled)
  expect(isSurelyMissing(entries.value[0]!)).toBe(true) // under its key, nothing was found
})

test('what one person has counted is never sent as another', async () => {
  const { received, send } = server()
  await add(scan('TEA'))
  await drain('user:bob', send, settled)
  expect(received).toEqual([])
  expect(states()).toEqual(['waiting'])
})

test('an entry whose answer is missing cannot be taken away', async () => {
  const { number } = await add(scan('TEA'))
  await drain(ADA, () => Promise.reject(unreachable()), settled)
  await discard(number)
  expect(states()).toEqual(['waiting'])
})

test('of what is on the device, only what is not recorded yet outlives a session', async () => {
  const { send } = server()
  await add(scan('TEA'))
  await drain(ADA, send, settled)
  await add(scan('COF'))
  await keepItems({ count: 'count-1', items: [], readAt: 0 })
  await forgetLists()
  await load()
  expect(entries.value.map(({ sku }) => sku)).toEqual(['COF'])
  expect(await readItems('count-1')).toBeUndefined()
})
