// Relay 21: a query shows the list, and each event brings it up to date in the store.
import relay, { type GraphQLTaggedNode, type OperationType } from 'relay-runtime'

import ledger, { type relayOperationsLedgerSubscription } from './__generated__/relayOperationsLedgerSubscription.graphql.js'
import levelEvents, {
  type relayOperationsLevelEventsSubscription,
} from './__generated__/relayOperationsLevelEventsSubscription.graphql.js'
import levels, {
  type relayOperationsLevelsQuery,
  type relayOperationsLevelsQuery$data,
} from './__generated__/relayOperationsLevelsQuery.graphql.js'
import { authorization, stop, url } from './connection.js'
import { showEvent, showLevels, showLine } from './show.js'
import { socket } from './socket.js'

const environment = new relay.Environment({
  store: new relay.Store(new relay.RecordSource()),
  network: relay.Network.create(
    async ({ text }, variables) => {
      const headers = { authorization, 'content-type': 'application/json' }
      const body = JSON.stringify({ query: text, variables })
      return (await fetch(url, { method: 'POST', headers, body })).json()
    },
    ({ text }, variables) => relay.Observable.create((sink) => socket.subscribe({ query: text!, variables }, sink as any)),
  ),
})

// The list: from the server once, and from then on whenever the store has changed. In React: useLazyLoadQuery.
const list = relay.createOperationDescriptor(levels, {})
environment.retain(list)
await relay.fetchQuery<relayOperationsLevelsQuery>(environment, levels, {}).toPromise()
const first = environment.lookup(list.fragment)
const connections = [show(first.data)]
environment.subscribe(first, ({ data }) => show(data))

function show(data: unknown): string {
  const { stockLevels } = data as relayOperationsLevelsQuery$data
  showLevels(stockLevels.edges.map(({ node }) => node))
  return stockLevels.__id
}

// A level that the list has is up to date by its id; @appendNode adds a new one to the lists that it is given.
follow<relayOperationsLevelEventsSubscription>(levelEvents, { connections }, ({ stockLevels }) => {
  showEvent(stockLevels.kind, stockLevels.level)
})
follow<relayOperationsLedgerSubscription>(ledger, {}, ({ movements }) => showLine(movements.movement))

function follow<T extends OperationType>(
  subscription: GraphQLTaggedNode,
  variables: T['variables'],
  onEvent: (event: T['response']) => void,
): void {
  const onNext = (event: T['response'] | null | undefined) => event && onEvent(event)
  relay.requestSubscription<T>(environment, { subscription, variables, onNext, onError: stop })
}
