import { beforeEach, expect, test, vi } from 'vitest'
import { liveness, noteConnected } from './connection'
import { subscribe } from './live'

interface Sink {
  next(result: object): void
  error(reason: unknown): void
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
