// Apollo Client 4, with its own cache as docs/guides/caching.md configures it. It names documents by their hash first, and
// sends the text when it hears that the hash is not registered.
import { createHash } from 'node:crypto'
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const sha256 = (text) => createHash('sha256').update(text).digest('hex')

export async function open({ url, socketUrl, valueTypes, mergedTypes }) {
  const typePolicies = Object.fromEntries(valueTypes.map((name) => [name, { keyFields: false }]))
  for (const name of mergedTypes) typePolicies[name].merge = true
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      new GraphQLWsLink(createClient({ url: socketUrl, webSocketImpl: WebSocket })),
      new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: url })),
    ),
  })
  return {
    async ask(text) {
      return (await client.query({ query: gql(text), fetchPolicy: 'network-only' })).data
    },
    async change(text) {
      return (await client.mutate({ mutation: gql(text) })).data
    },
    async follow(text, onEvent = () => {}) {
      const feed = client.subscribe({ query: gql(text) }).subscribe({ next: ({ data }) => onEvent(data) })
      return () => feed.unsubscribe()
    },
    watch(text, onShown) {
      client.watchQuery({ query: gql(text) }).subscribe(({ data }) => data && onShown(data))
    },
  }
}
