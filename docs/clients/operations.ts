// What the examples ask for. The types of the answers are generated: npm run build
import { graphql } from './gql/index.js'

export const Levels = graphql(`
  query Levels {
    stockLevels(first: 100, filter: { locations: ["LONDON"] }) {
      nodes {
        id
        version
        available
        status
        item { id sku }
      }
    }
  }
`)

export const LevelEvents = graphql(`
  subscription LevelEvents {
    stockLevels(filter: { locations: ["LONDON"] }) {
      kind
      level {
        id
        version
        available
        status
        item { id sku }
      }
    }
  }
`)

export const Ledger = graphql(`
  subscription Ledger($after: String) {
    movements(filter: { location: "LONDON" }, after: $after) {
      cursor
      movement {
        id
        delta
        recordedAt
        item { id sku }
      }
    }
  }
`)
