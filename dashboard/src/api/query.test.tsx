import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test, vi } from 'vitest'
import { liveness, noteConnected, noteCut } from './connection'
import { type Query, useQuery } from './query'

const asked: { variables: object; answer(data: object): void; fail(error: unknown): void }[] = []

vi.mock('./request', () => ({
  request: (_: unknown, variables: object) =>
    new Promise((answer, fail) => asked.push({ variables, answer: answer as never, fail })),
}))

const DOCUMENT = {} as never

test('shows the answer to what was asked last, and is not live until what was shown has been read again', async () => {
  let query: Query<object> | undefined
  function Shown({ id }: { id: number }) {
    query = useQuery<object, object>(DOCUMENT, { id })
    return null
  }
  noteConnected()
  await act(() => render(<Shown id={1} />, globalThis.document.body))
  await act(() => render(<Shown id={2} />, globalThis.document.body))
  await act(async () => asked[1]!.answer({ of: 2 }))
  await act(async () => asked[0]!.answer({ of: 1 }))
  expect(query?.data).toEqual({ of: 2 })

  noteCut()
  noteConnected()
  expect(liveness.value).toBe('catching-up') // before anything was rendered
  expect(asked.length).toBe(3)
  await act(async () => asked[2]!.fail(new Error('away')))
  expect(liveness.value).toBe('catching-up')
  await act(() => render(null, globalThis.document.body))
  expect(liveness.value).toBe('live')
})

test('reads again what is old when the page is looked at again, and not more often than it asks', async () => {
  vi.useFakeTimers()
  const hidden = vi.spyOn(globalThis.document, 'hidden', 'get').mockReturnValue(false)
  function Shown() {
    useQuery<object, object>(DOCUMENT, { id: 3 }, { everyMs: 60_000 })
    return null
  }
  await act(() => render(<Shown />, globalThis.document.body))
  const count = asked.length
  hidden.mockReturnValue(true)
  await act(() => void vi.advanceTimersByTime(50 * 60_000))
  expect(asked.length).toBe(count)
  hidden.mockReturnValue(false)
  await act(() => void globalThis.document.dispatchEvent(new Event('visibilitychange')))
  await act(() => void globalThis.document.dispatchEvent(new Event('visibilitychange')))
  expect(asked.length).toBe(count + 1)
  await act(() => void vi.advanceTimersByTime(60_000))
  expect(asked.length).toBe(count + 2)
  await act(() => render(null, globalThis.document.body))
  vi.useRealTimers()
})
