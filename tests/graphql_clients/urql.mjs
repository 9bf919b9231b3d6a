// urql 5 with graphcache, as docs/guides/caching.md configures it.
import { Client, fetchExchange, subscriptionExchange } from 'urql'
import { cacheExchange } from '@urql/exchange-graphcache'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

export async function open({ url, socketUrl, valueTypes }) {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket })
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(valueTypes.map((name) => [name, () => null])) }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  })
  const done = ({ data, error }) => {
    if (error) throw error
    return data
  }
  return {
    async ask(text) {
      return done(await client.query(text, {}, { requestPolicy: 'network-only' }).toPromise())
    },
    async change(text) {
      return done(await client.mutation(text, {}).toPromise())
    },
    async follow(text, onEvent = () => {}) {
      const feed = client.subscription(text, {}).subscribe((result) => onEvent(done(result)))
      return () => feed.unsubscribe()
    },
    watch(text, onShown) {
      client.query(text, {}).subscribe((result) => done(result) && onShown(result.data))
    },
  }
}
