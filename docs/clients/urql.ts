// urql 5 with graphcache: a query shows the list, and each event brings it up to date in the cache.
import { cacheExchange } from '@urql/exchange-graphcache'
import { Client, fetchExchange, subscriptionExchange } from 'urql'

import { authorization, stop, url } from './connection.js'
import type { LevelEventsSubscription } from './gql/graphql.js'
import { Ledger, LevelEvents, Levels } from './operations.js'
import { showEvent, showLevels, showLine } from './show.js'
import { socket } from './socket.js'

const withoutId = ['StockLevelEvent', 'StockLevelConnection', 'MovementEvent', 'LevelCounts']

const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: () => ({ headers: { authorization } }),
  exchanges: [
    cacheExchange({
      keys: Object.fromEntries(withoutId.map((name) => [name, () => null])),
      updates: {
        Subscription: {
          // A level that the list has is up to date already, by its id. A new one joins the list.
          stockLevels({ stockLevels }: LevelEventsSubscription, _args, cache) {
            const { level } = stockLevels
            cache.updateQuery({ query: Levels }, (list) => {
              if (!list || list.stockLevels.nodes.some(({ id }) => id === level.id)) return list
              return { ...list, stockLevels: { ...list.stockLevels, nodes: [...list.stockLevels.nodes, level] } }
            })
          },
        },
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query!, variables }, sink) }),
      }),
    }),
  ],
})

client.query(Levels, {}).subscribe(({ data, error }) => {
  if (error) stop(error)
  if (data) showLevels(data.stockLevels.nodes)
})

client.subscription(LevelEvents, {}).subscribe(({ data, error }) => {
  if (error) stop(error)
  if (data) showEvent(data.stockLevels.kind, data.stockLevels.level)
})

client.subscription(Ledger, {}).subscribe(({ data, error }) => {
  if (error) stop(error)
  if (data) showLine(data.movements.movement)
})
