// Subscriptions: what arrives, over lost connections too.
import { useEffect, useRef } from 'preact/hooks'
import type { TypedDocumentString } from '../gql/graphql'
import { noteUnknownDocument } from './build'
import { awaited } from './connection'
import { Problem, problemOf } from './problem'
import { documentOf } from './request'
import { socket } from './socket'

export interface Receiver<Data> {
  /** Take an event. */
  next(data: Data): void
  /** A connection begins: a feed without a cursor starts anew, with a snapshot where it has one. */
  connected?(): void
  /** The server refused or ended it; it does not come back by itself. */
  failed?(problem: Problem): void
}

export interface LiveOptions {
  /** Whether nothing may arrive after the connection, so that no first event is waited for. */
  isQuiet?: boolean
}

type Cursors = Record<string, { cursor?: string } | undefined>

const AGAIN_AFTER = 2_000

/**
 * Subscribe, and return what ends it. A feed with cursors goes on after its last event when the connection comes back;
 * a level arrives as a new snapshot.
 */
export function subscribe<Data extends object, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  receiver: Receiver<Data>,
  { isQuiet = false }: LiveOptions = {},
): () => void {
  const sent: Variables & { after?: string } = { ...variables } // sent as they are by then at each connection
  let arrived = isQuiet ? () => undefined : awaited()
  let isEnded = false
  let end = () => {}
  let again: ReturnType<typeof setTimeout> | undefined

  const offConnected = socket.on('connected', () => {
    arrived()
    if (!isQuiet) arrived = awaited()
    receiver.connected?.()
  })

  function start(): void {
    end = socket.subscribe<Data>({ query: '', ...documentOf(document), variables: sent } as never, {
      next({ data, errors }) {
        arrived()
        if (errors?.length) receiver.failed?.(problemOf(errors as never))
        if (!data) return
        for (const event of Object.values(data as Cursors)) if (event?.cursor) sent.after = event.cursor
        receiver.next(data)
      },
      error(reason) {
        arrived()
        const problem = Array.isArray(reason) ? problemOf(reason) : new Problem(String(reason), 'UNKNOWN', true)
        noteUnknownDocument(problem)
        receiver.failed?.(problem)
        if (problem.isTemporary && !isEnded) again = setTimeout(start, AGAIN_AFTER)
      },
      complete: () => arrived(),
    })
  }

  start()
  return () => {
    isEnded = true
    clearTimeout(again)
    offConnected()
    arrived()
    end()
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
