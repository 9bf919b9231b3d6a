import { render } from 'preact'
import { act } from 'preact/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'
import { type Action, useAction } from './action'
import { Problem, unreachable } from './problem'

type Perform = (input: string, key: string) => Promise<string>

let action: Action<string, string>

function Probe({ perform }: { perform: Perform }) {
  action = useAction(perform)
  return null
}

const shown = (perform: Perform) => act(() => render(<Probe perform={perform} />, document.body))

beforeEach(() => {
  vi.useFakeTimers()
  render(null, document.body)
})

test('a button pressed twice does it once', async () => {
  const perform = vi.fn<Perform>(async () => 'done')
  await shown(perform)
  const first = action.run('a')
  const second = action.run('a')
  expect(await second).toBeUndefined()
  expect(await first).toBe('done')
  expect(perform).toHaveBeenCalledOnce()
})

test('an answer that was lost is asked for again under the same key, by the page and then by the person', async () => {
  const keys: string[] = []
  let isLost = true
  await shown(async (_, key) => {
    keys.push(key)
    if (isLost) throw unreachable()
    return 'done'
  })
  const lost = action.run('a')
  await vi.runAllTimersAsync()
  expect(await lost).toBeUndefined()
  expect(action.problem?.code).toBe('UNREACHABLE')
  isLost = false
  expect(await action.run('a')).toBe('done')
  expect(keys.length).toBeGreaterThan(2)
  expect(new Set(keys).size).toBe(1)
})

test('what failed within the server keeps its key, as it may have been done; what was refused does not', async () => {
  const keys: string[] = []
  const answers = [new Problem('', 'INTERNAL', false), new Problem('', 'WRONG_STATE', false)]
  await shown(async (_, key) => {
    keys.push(key)
    const problem = answers.shift()
    if (problem) throw problem
    return 'done'
  })
  await action.run('a')
  await action.run('a')
  await action.run('a')
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[1])
})

test('what may have been done keeps its key over a new sign-in', async () => {
  const keys: string[] = []
  const answers = [unreachable(), new Problem('', 'UNAUTHENTICATED', false)]
  await shown(async (_, key) => {
    keys.push(key)
    const problem = answers.shift()
    if (problem) throw problem
    return 'done'
  })
  const refused = action.run('a')
  await vi.runAllTimersAsync()
  expect(await refused).toBeUndefined()
  expect(await action.run('a')).toBe('done')
  expect(keys.length).toBe(3)
  expect(new Set(keys).size).toBe(1)
})

test('other input, and what was answered or refused, has another key', async () => {
  const keys: string[] = []
  await shown(async (input, key) => {
    keys.push(key)
    if (input === 'refused') throw new Problem('No.', 'INVALID_INPUT', false)
    return input
  })
  for (const input of ['a', 'a', 'b', 'refused', 'refused']) await act(async () => void (await action.run(input)))
  expect(new Set(keys).size).toBe(5)
  expect(action.problem?.message).toBe('No.')
})
