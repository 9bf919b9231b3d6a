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
