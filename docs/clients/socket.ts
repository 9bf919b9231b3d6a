// One websocket for all subscriptions of a program, which comes back whatever happens.
import { createClient } from 'graphql-ws'

import { authorization, pause, url } from './connection.js'
import { exact } from './feeds.js'

let line: { readyState: number; send(text: string): void } | undefined
let missingPong: ReturnType<typeof setTimeout>

function expectPong(within: number): void {
  clearTimeout(missingPong)
  missingPong = setTimeout(() => client.terminate(), within)
}

const client = createClient({
  url: url.replace(/^http/, 'ws'),
  connectionParams: async () => ({ authorization }), // asked for at each connection: a token may be another one by then
  retryAttempts: Infinity, // however long the server is away
  shouldRetry: () => true, // and whatever a proxy in between answered
  retryWait: pause,
  keepAlive: 12_000, // ping, and give up a connection on which no pong comes back
  on: {
    connected: (opened) => (line = opened as typeof line),
    ping: (isReceived) => {
      if (!isReceived) expectPong(5_000)
    },
    pong: (isReceived) => {
      if (isReceived) clearTimeout(missingPong)
    },
    closed: () => clearTimeout(missingPong),
  },
})

// A computer that slept finds out within a second whether its connection is still one.
let seen = Date.now()
setInterval(() => {
  const hasSlept = Date.now() - seen > 3_000
  seen = Date.now()
  if (!hasSlept || line?.readyState !== 1) return
  line.send('{"type":"ping"}')
  expectPong(1_000)
}, 1_000)

export const socket = exact(client)
