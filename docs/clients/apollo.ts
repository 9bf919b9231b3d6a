// Apollo Client 4: a query shows the list, and each event brings it up to date in the cache.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'

import { authorization, stop, url } from './connection.js'
import { Ledger, LevelEvents, Levels } from './operations.js'
import { showEvent, showLevels, showLine } from './show.js'
import { socket } from './socket.js'

const client = new ApolloClient({
  cache: new InMemoryCache({
    typePolicies: {
      // What has an `id` is one object wherever it is shown, and its present state; nothing else has a state of its own.
      StockLevel: { keyFields: ['id'] },
      Item: { keyFields: ['id'] },
      Movement: { keyFields: ['id'] },
      StockLevelEvent: { keyFields: false },
      MovementEvent: { keyFields: false },
      LevelCounts: { keyFields: false, merge: true },
    },
  }),
  link: ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, headers: { authorization } }),
  ),
})

client.watchQuery({ query: Levels }).subscribe(({ data, dataState, error }) => {
  if (error) stop(error)
  if (dataState === 'complete') showLevels(data.stockLevels.nodes)
})

client.subscribe({ query: LevelEvents }).subscribe(({ data, error }) => {
  if (error) stop(error)
  if (!data) return
  const { kind, level } = data.stockLevels
  showEvent(kind, level)
  // A level that the list has is up to date already, by its id. A new one joins the list.
  client.cache.updateQuery({ query: Levels }, (list) => {
    if (!list || list.stockLevels.nodes.some(({ id }) => id === level.id)) return
    return { ...list, stockLevels: { ...list.stockLevels, nodes: [...list.stockLevels.nodes, level] } }
  })
})

client.subscribe({ query: Ledger }).subscribe(({ data, error }) => {
  if (error) stop(error)
  if (data) showLine(data.movements.movement)
})
