// Queries of components: read at once, again after each lost connection, and when a component asks.
import { useEffect, useState } from 'preact/hooks'
import type { TypedDocumentString } from '../gql/graphql'
import { awaited, connections } from './connection'
import { Problem, unreachable } from './problem'
import { request } from './request'

export interface Query<Data> {
  /** What was read last, of these variables or of those before. */
  data: Data | undefined
  problem: Problem | undefined
  isLoading: boolean
  /** Read again. */
  refetch(): void
}

interface State<Data> {
  data?: Data
  problem?: Problem
  isLoading: boolean
  /** The variables that were asked with last. */
  asked?: string
}

export interface QueryOptions {
  /** Read again every so many milliseconds while the page is visible. */
  everyMs?: number
  /** Read again when this changes: the version of what it depends on. */
  of?: string | number
}

const AGAIN_AFTER = 2_000
const EARLY = 100 // that a timer may be

/** Read while a component is shown; anew when the variables change, not at all while they are null. */
export function useQuery<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  { everyMs, of }: QueryOptions = {},
): Query<Data> {
  const [state, setState] = useState<State<Data>>({ isLoading: variables !== null })
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(variables)

  useEffect(() => {
    if (variables === null) return undefined
    const asked = variables
    let stop = new AbortController()
    let again: ReturnType<typeof setTimeout> | undefined
    let arrived = () => {}

    async function read(): Promise<void> {
      clearTimeout(again)
      stop.abort()
      stop = new AbortController()
      const { signal } = stop
      setState((before) => ({ ...before, isLoading: true, asked: key }))
      try {
        const data = await request(document, asked, signal)
        if (signal.aborted) return // a newer one is on its way
        setState({ data, isLoading: false, asked: key })
        arrived()
      } catch (error) {
        if (signal.aborted) return
        const problem = error instanceof Problem ? error : unreachable()
        setState((before) => ({ ...before, problem, isLoading: false }))
        if (problem.isTemporary) again = setTimeout(read, Math.max(AGAIN_AFTER, problem.retryAfterMs))
        else arrived()
      }
    }

    void read()
    let known = connections.peek()
    const off = connections.subscribe((number) => {
      if (number === known) return
      known = number
      arrived()
      arrived = awaited() // part of catching up, from the moment of the connection on
      void read()
    })
    return () => {
      off()
      clearTimeout(again)
      stop.abort()
      arrived()
    }
  }, [document, key, turn, of])

  useEffect(() => {
    if (everyMs === undefined) return undefined
    let dueAt = Date.now() + everyMs
    const readIfDue = () => {
      if (globalThis.document.hidden || Date.now() < dueAt - EARLY) return
      dueAt = Date.now() + everyMs
      setTurn((count) => count + 1)
    }
    const timer = setInterval(readIfDue, everyMs)
    globalThis.document.addEventListener('visibilitychange', readIfDue) // a page that was hidden is old at once
    return () => {
      clearInterval(timer)
      globalThis.document.removeEventListener('visibilitychange', readIfDue)
    }
  }, [everyMs])

  return {
    data: state.data,
    problem: state.problem,
    isLoading: state.isLoading || (variables !== null && state.asked !== key), // from the first moment of others
    refetch: () => setTurn((count) => count + 1),
  }
}
