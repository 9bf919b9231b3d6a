// Subscriptions: what arrives, over lost connections too.
import { useEffect, useRef } from 'preact/hooks'
import type { TypedDocumentString } from '../gql/graphql'
import { noteUnknownDocument } from './build'
import { awaited, beginAnew } from './connection'
import { type Problem, problemOf } from './problem'
import { documentOf } from './request'
import { socket } from './socket'

export interface Receiver<Data> {
  /** Take an event. */
  next(data: Data): void
  /** A connection begins: a feed without a cursor starts anew, with a snapshot where it has one. */
  connected?(): void
  /** The server refused it, or could not tell of an event. Where that may pass, it is asked again. */
  failed?(problem: Problem): void
}

export interface LiveOptions {
  /** Whether nothing may arrive after the connection, so that no first event is waited for. */
  isQuiet?: boolean
}

type Cursors = Record<string, { cursor?: string } | undefined>

const AGAIN_AFTER = 2_000
const AGAIN_WITHIN = 30_000
const SILENT_FOR = 1_000

// Refusals that may pass with the fault, or with the server that has another build.
const WORTH_ANOTHER = new Set(['INTERNAL', 'UNKNOWN', 'PERSISTED_QUERY_NOT_FOUND'])

/**
 * Subscribe, and return what ends it. A feed with cursors goes on after its last event when the connection comes back;
 * a level arrives as a new snapshot. What the server ends, or cannot answer now, is asked for again; until then the page
 * is not live.
 */
export function subscribe<Data extends object, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  receiver: Receiver<Data>,
  { isQuiet = false }: LiveOptions = {},
): () => void {
  const sent: Variables & { after?: string } = { ...variables } // sent as they are by then at each connection
  let arrived = isQuiet ? () => undefined : awaited()
  let hasReceived = false
  let isRunning = false
  let attempts = 0
  let end = () => {}
  let again: ReturnType<typeof setTimeout> | undefined

  // A feed that goes on after a cursor may have nothing to say, too.
  function expectEvents(): void {
    arrived()
    const come = awaited()
    const timer = isQuiet || sent.after !== undefined ? setTimeout(come, SILENT_FOR) : undefined
    arrived = () => (clearTimeout(timer), come())
  }

  function startAgain(): void {
    clearTimeout(again)
    start()
  }

  function retry(afterMs = 0): void {
    arrived()
    arrived = awaited()
    attempts += 1
    const pause = Math.min(AGAIN_WITHIN, AGAIN_AFTER * 2 ** (attempts - 1))
    again = setTimeout(
      () => {
        expectEvents()
        startAgain()
      },
      Math.max(afterMs, pause),
    )
  }

  function refused(problem: Problem): void {
    noteUnknownDocument(problem)
    if (problem.code === 'BAD_USER_INPUT' && sent.after !== undefined) {
      arrived()
      beginAnew() // the server does not know the cursor: its database is another one
      return
    }
    receiver.failed?.(problem)
    if (problem.isTemporary || WORTH_ANOTHER.has(problem.code)) retry(problem.retryAfterMs)
    else {
      arrived()
      if (hasReceived) arrived = awaited() // what is shown grows old from now on
    }
  }

  const offConnected = socket.on('connected', () => {
    expectEvents()
    receiver.connected?.()
    if (!isRunning) startAgain()
  })

  function start(): void {
    let isOver = false
    isRunning = true
    const over = () => {
      isOver = true
      isRunning = false
    }
    const stop = socket.subscribe<Data>({ query: '', ...documentOf(document), variables: sent } as never, {
      next({ data, errors }) {
        if (isOver) return
        const problem = errors?.length ? problemOf(errors as never) : undefined
        if (problem?.isTemporary) {
          end() // an event is missing: it comes again after the last cursor, or with a snapshot
          refused(problem)
          return
        }
        arrived()
        attempts = 0
        if (problem) receiver.failed?.(problem)
        if (!data) return
        hasReceived = true
        for (const event of Object.values(data as Cursors)) if (event?.cursor) sent.after = event.cursor
        receiver.next(data)
      },
      error(reason) {
        if (isOver) return
        over()
        if (Array.isArray(reason)) refused(problemOf(reason))
        else retry() // the connection was closed for good, and is made anew; the page says that it is cut off
      },
      complete() {
        if (isOver) return
        over()
        retry()
      },
    })
    end = () => {
      over()
      stop()
    }
  }

  start()
  return () => {
    clearTimeout(again)
    offConnected()
    end()
    arrived()
  }
}

/** Subscribe while a component is shown; anew when the variables change, not at all while they are null. */
export function useLive<Data extends object, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | null,
  receiver: Receiver<Data>,
  options?: LiveOptions,
): void {
  const latest = useRef(receiver)
  latest.current = receiver
  useEffect(() => {
    if (variables === null) return undefined
    return subscribe(
      document,
      variables,
      {
        next: (data) => latest.current.next(data),
        connected: () => latest.current.connected?.(),
        failed: (problem) => latest.current.failed?.(problem),
      },
      options,
    )
  }, [document, JSON.stringify(variables)])
}
