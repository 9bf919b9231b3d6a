// What a person does: once, however often the button is pressed and however often the answer is lost.
import { useRef, useState } from 'preact/hooks'
import { Problem, unreachable } from './problem'

export interface Action<Input, Result> {
  /** Do it; nothing while it is being done. Returns the result, or undefined where it was refused. */
  run(input: Input): Promise<Result | undefined>
  isBusy: boolean
  problem: Problem | undefined
  /** Forget the problem. */
  reset(): void
}

const ATTEMPTS = 4
const PAUSE = 700

/** Return a new idempotency key. */
export const newKey = (): string => `dashboard-${crypto.randomUUID()}`

/**
 * Return an action whose key is kept until the server has answered: the same input under the same key is one operation.
 */
export function useAction<Input, Result>(
  perform: (input: Input, idempotencyKey: string) => Promise<Result>,
): Action<Input, Result> {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const runs = useRef(false)
  const unanswered = useRef<{ input: string; key: string }>(undefined)

  async function run(input: Input): Promise<Result | undefined> {
    if (runs.current) return undefined
    runs.current = true
    setBusy(true)
    setProblem(undefined)
    const text = JSON.stringify(input)
    if (unanswered.current?.input !== text) unanswered.current = { input: text, key: newKey() }
    try {
      const result = await persist(() => perform(input, unanswered.current!.key))
      unanswered.current = undefined
      return result
    } catch (error) {
      const found = error instanceof Problem ? error : unreachable()
      if (!found.isUncertain) unanswered.current = undefined
      setProblem(found)
      return undefined
    } finally {
      runs.current = false
      setBusy(false)
    }
  }

  return { run, isBusy, problem, reset: () => setProblem(undefined) }
}

/** Attempt something a few times, as long as it may still succeed and nobody stops it. */
export async function persist<Result>(attempt: () => Promise<Result>, stop?: AbortSignal): Promise<Result> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Problem && error.isTemporary) || number === ATTEMPTS || stop?.aborted) throw error
      await pause(Math.max(PAUSE * number, error.retryAfterMs), stop)
      if (stop?.aborted) throw error
    }
  }
}

const pause = (milliseconds: number, stop?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const over = () => {
      clearTimeout(timer)
      stop?.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, milliseconds)
    stop?.addEventListener('abort', over)
  })
