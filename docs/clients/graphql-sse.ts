// graphql-sse 2, a stream for each subscription: for networks that let no websocket through.
import { print } from 'graphql'
import { createClient } from 'graphql-sse'

import { authorization, pause, stop, url } from './connection.js'
import { exact } from './feeds.js'
import type { LedgerSubscription, LevelEventsSubscription } from './gql/graphql.js'
import { Ledger, LevelEvents } from './operations.js'
import { showEvent, showLevels, showLine } from './show.js'

type Level = LevelEventsSubscription['stockLevels']['level']

let isRefused = false

const client = exact(
  createClient({
    url,
    retryAttempts: Infinity, // however long the server is away, and whatever a proxy in between answered
    retry: pause,
    // Asked for at each connection: a token may be another one by then. What is thrown here is final.
    async headers() {
      if (isRefused) throw new Error('Sign in again.')
      return { authorization }
    },
    async fetchFn(...request: Parameters<typeof fetch>) {
      const response = await fetch(...request)
      isRefused = response.status === 401
      return new Response(response.body?.pipeThrough(inTurns()), response)
    },
  }),
)

// graphql-sse takes the end of a stream for final, or misses it, where it comes while events are still passed on.
function inTurns(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    async transform(chunk, stream) {
      stream.enqueue(chunk)
      await new Promise((resolve) => setTimeout(resolve))
    },
  })
}

const levels = new Map<string, Level>()

client.subscribe<LevelEventsSubscription>(
  { query: print(LevelEvents) },
  {
    next({ data, errors }) {
      if (!data) return console.error(errors)
      const { kind, level } = data.stockLevels
      levels.set(level.id, level)
      showEvent(kind, level)
      showLevels(levels.values())
    },
    error: stop,
    complete() {},
  },
  { connected: () => levels.clear() }, // a stream begins with a snapshot
)

client.subscribe<LedgerSubscription>(
  { query: print(Ledger) },
  {
    next({ data, errors }) {
      if (!data) return console.error(errors)
      showLine(data.movements.movement)
    },
    error: stop,
    complete() {},
  },
)
