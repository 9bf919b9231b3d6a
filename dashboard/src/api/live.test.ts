import { beforeEach, expect, test, vi } from 'vitest'
import { beginnings, liveness, noteConnected } from './connection'
import { subscribe } from './live'

interface Sink {
  next(result: object): void
  error(reason: unknown): void
  complete(): void
}

const connected = new Set<() => void>()
const sent: { payload: { variables: Record<string, unknown> }; sink: Sink; hasEnded: boolean }[] = []

vi.mock('./socket', () => ({
  socket: {
    on: (_: string, listener: () => void) => (connected.add(listener), () => connected.delete(listener)),
    subscribe(payload: never, sink: Sink) {
      const one = { payload, sink, hasEnded: false }
      sent.push(one)
      return () => (one.hasEnded = true)
    },
  },
}))
vi.mock('./request', () => ({ documentOf: () => ({ documentId: 'sha256:1' }) }))

const DOCUMENT = {} as never

beforeEach(() => {
  vi.useFakeTimers()
  sent.length = 0
  connected.clear()
  noteConnected()
})

test('goes on after the last event when the connection comes back', () => {
  const end = subscribe(DOCUMENT, { filter: null }, { next: () => undefined })
  sent[0]!.sink.next({ data: { movements: { cursor: 'c7' } } })
  expect(sent[0]!.payload.variables).toEqual({ filter: null, after: 'c7' })
  end()
  expect(sent[0]!.hasEnded).toBe(true)
})

test('is catching up from each connection to its first event', () => {
  const end = subscribe(DOCUMENT, {}, { next: () => undefined })
  expect(liveness.value).toBe('catching-up')
  sent[0]!.sink.next({ data: {} })
  expect(liveness.value).toBe('live')
  for (const listener of connected) listener()
  expect(liveness.value).toBe('catching-up')
  end()
  expect(liveness.value).toBe('live')
})

test('begins again after a refusal that may pass, and not after one that will not', () => {
  const failed = vi.fn()
  const end = subscribe(DOCUMENT, {}, { next: () => undefined, failed })
  sent[0]!.sink.error([{ message: 'Busy.', extensions: { code: 'UNAVAILABLE' } }])
  vi.advanceTimersByTime(3_000)
  expect(sent.length).toBe(2)
  sent[1]!.sink.error([{ message: 'No.', extensions: { code: 'FORBIDDEN' } }])
  vi.advanceTimersByTime(60_000)
  expect(sent.length).toBe(2)
  expect(failed).toHaveBeenCalledTimes(2)
  end()
})

test('is not live while a feed is refused, and asks again when the server says so', () => {
  const end = subscribe(DOCUMENT, {}, { next: () => undefined }, { isQuiet: true })
  expect(liveness.value).toBe('live')
  sent[0]!.sink.error([{ message: 'Busy.', extensions: { code: 'THROTTLED', retryAfterSeconds: 7 } }])
  vi.advanceTimersByTime(6_900)
  expect(sent.length).toBe(1)
  expect(liveness.value).toBe('catching-up')
  vi.advanceTimersByTime(200)
  expect(sent.length).toBe(2)
  vi.advanceTimersByTime(1_000) // where nothing is to be told, nothing comes
  expect(liveness.value).toBe('live')
  end()
})

test('asks again for what the server has ended, and not for what it has ended itself', () => {
  const end = subscribe(DOCUMENT, {}, { next: () => undefined })
  sent[0]!.sink.next({ data: {} })
  sent[0]!.sink.complete()
  expect(liveness.value).toBe('catching-up')
  vi.advanceTimersByTime(2_000)
  expect(sent.length).toBe(2)
  end()
  sent[1]!.sink.complete()
  vi.advanceTimersByTime(60_000)
  expect(sent.length).toBe(2)
  expect(liveness.value).toBe('live')
})

test('reads again where an event could not be told, and never shows a closed connection as a problem', () => {
  const failed = vi.fn()
  const next = vi.fn()
  const end = subscribe(DOCUMENT, {}, { next, failed })
  sent[0]!.sink.next({ data: { orders: { cursor: 'c1' } } })
  sent[0]!.sink.next({ data: null, errors: [{ message: 'Away.', extensions: { code: 'UNAVAILABLE' } }] })
  expect(sent[0]!.hasEnded).toBe(true)
  vi.advanceTimersByTime(2_000)
  expect(sent[1]!.payload.variables).toEqual({ after: 'c1' })
  failed.mockClear()
  sent[1]!.sink.error({ code: 1011, reason: '' })
  for (const listener of connected) listener()
  expect(sent.length).toBe(3)
  expect(failed).not.toHaveBeenCalled()
  end()
})

test('is live a moment after a connection where a feed goes on after a cursor and nothing has happened', () => {
  const end = subscribe(DOCUMENT, {}, { next: () => undefined })
  sent[0]!.sink.next({ data: { movements: { cursor: 'c7' } } })
  for (const listener of connected) listener()
  expect(liveness.value).toBe('catching-up')
  vi.advanceTimersByTime(1_000)
  expect(liveness.value).toBe('live')
  end()
})

test('has the page begin anew where a cursor is refused', () => {
  const before = beginnings.value
  const end = subscribe(DOCUMENT, {}, { next: () => undefined })
  sent[0]!.sink.next({ data: { movements: { cursor: 'c7' } } })
  sent[0]!.sink.error([{ message: 'No.', extensions: { code: 'BAD_USER_INPUT' } }])
  expect(beginnings.value).toBe(before + 1)
  end()
})

test('never calls live what a feed has told that is over for good', () => {
  const end = subscribe(DOCUMENT, {}, { next: () => undefined })
  sent[0]!.sink.next({ data: {} })
  sent[0]!.sink.error([{ message: 'No.', extensions: { code: 'FORBIDDEN' } }])
  expect(liveness.value).toBe('catching-up')
  end()
  expect(liveness.value).toBe('live')
})
