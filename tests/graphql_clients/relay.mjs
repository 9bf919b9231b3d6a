// Relay's runtime and store. What its compiler would write is made from the text by relay_artifact.mjs.
import { createClient } from 'graphql-ws'
import relay from 'relay-runtime'
import WebSocket from 'ws'

import { artifact } from './relay_artifact.mjs'

export async function open({ url, socketUrl }) {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket })
  const headers = { 'content-type': 'application/json' }
  const environment = new relay.Environment({
    store: new relay.Store(new relay.RecordSource()),
    network: relay.Network.create(
      async ({ text }) => (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text }) })).json(),
      ({ text }) => relay.Observable.create((sink) => socket.subscribe({ query: text }, sink)),
    ),
  })
  return {
    ask: (text) => relay.fetchQuery(environment, artifact(text), {}).toPromise(),
    change: (text) =>
      new Promise((resolve, reject) => {
        const mutation = artifact(text)
        relay.commitMutation(environment, { mutation, variables: {}, onCompleted: resolve, onError: reject })
      }),
    async follow(text, onEvent = () => {}) {
      const onError = (error) => {
        throw error
      }
      const config = { subscription: artifact(text), variables: {}, onNext: onEvent, onError }
      const feed = relay.requestSubscription(environment, config)
      return () => feed.dispose()
    },
    watch(text, onShown) {
      const operation = relay.createOperationDescriptor(artifact(text), {})
      environment.retain(operation)
      environment.subscribe(environment.lookup(operation.fragment), ({ data }) => onShown(data))
      environment.execute({ operation }).subscribe({})
    },
  }
}
