// What the example asks for, as Relay's compiler reads it. With Relay's plugin for your bundler such texts stand in the
// components that use them; the plugin puts what was compiled in their place.
import { graphql } from 'relay-runtime'

export const operations = () => [
  graphql`
    query relayOperationsLevelsQuery {
      stockLevels(first: 100, filter: { locations: ["LONDON"] }) @connection(key: "Levels_stockLevels") {
        __id
        edges {
          node {
            id
            version
            available
            status
            item { sku }
          }
        }
      }
    }
  `,
  graphql`
    subscription relayOperationsLevelEventsSubscription($connections: [ID!]!) {
      stockLevels(filter: { locations: ["LONDON"] }) {
        kind
        level @appendNode(connections: $connections, edgeTypeName: "StockLevelEdge") {
          id
          version
          available
          status
          item { sku }
        }
      }
    }
  `,
  graphql`
    subscription relayOperationsLedgerSubscription($after: String) {
      movements(filter: { location: "LONDON" }, after: $after) {
        cursor
        movement {
          delta
          recordedAt
          item { sku }
        }
      }
    }
  `,
]
