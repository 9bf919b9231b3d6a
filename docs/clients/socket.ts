// One websocket for all subscriptions of a program, which comes back whatever happens.
import { createClient } from 'graphql-ws'

import { authorization, pause, url } from './connection.js'
import { exact } from './feeds.js'

let missingPong: ReturnType<typeof setTimeout>

const client = createClient({
  url: url.replace(/^http/, 'ws'),
  connectionParams: async () => ({ authorization }), // asked for at each connection: a token may be another one by then
  retryAttempts: Infinity, // however long the server is away
  shouldRetry: () => true, // and whatever a proxy in between answered
  retryWait: pause,
  keepAlive: 12_000, // ping, and give up a connection on which no pong comes back
  on: {
    ping: (isReceived) => {
      if (!isReceived) missingPong = setTimeout(() => client.terminate(), 5_000)
    },
    pong: (isReceived) => {
      if (isReceived) clearTimeout(missingPong)
    },
    closed: () => clearTimeout(missingPong),
  },
})

export const socket = exact(client)
