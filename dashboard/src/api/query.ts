// Queries of components: read at once, again after each lost connection, and when a component asks.
import { useEffect, useRef, useState } from 'preact/hooks'
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
}

export interface QueryOptions {
  /** Read again every so many milliseconds while the page is visible. */
  everyMs?: number
  /** Read again when this changes: the version of what it depends on. */
  of?: string | number
}

const AGAIN_AFTER = 2_000

/** Read while a component is shown; anew when the variables change, not at all while they are null. */
export function useQuery<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  { everyMs, of }: QueryOptions = {},
): Query<Data> {
  const [state, setState] = useState<State<Data>>({ isLoading: variables !== null })
  const [turn, setTurn] = useState(0)
  const connection = connections.value
  const last = useRef(connection)

  useEffect(() => {
    if (variables === null) return undefined
    const stop = new AbortController()
    let again: ReturnType<typeof setTimeout> | undefined
    const arrived = last.current === connection ? () => undefined : awaited() // part of catching up
    last.current = connection
    setState((before) => ({ ...before, isLoading: true }))
    request(document, variables, stop.signal).then(
      (data) => {
        arrived()
        setState({ data, isLoading: false })
      },
      (error: unknown) => {
        arrived()
        if (stop.signal.aborted) return
        const problem = error instanceof Problem ? error : unreachable()
        setState((before) => ({ ...before, problem, isLoading: false }))
        if (problem.isTemporary) again = setTimeout(() => setTurn((count) => count + 1), AGAIN_AFTER)
      },
    )
    return () => {
      clearTimeout(again)
      stop.abort()
      arrived()
    }
  }, [document, JSON.stringify(variables), turn, connection, of])

  useEffect(() => {
    if (everyMs === undefined) return undefined
    const timer = setInterval(() => globalThis.document.hidden || setTurn((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])

  return {
    data: state.data,
    problem: state.problem,
    isLoading: state.isLoading,
    refetch: () => setTurn((count) => count + 1),
  }
}
