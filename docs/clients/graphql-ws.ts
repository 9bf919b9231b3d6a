// graphql-ws 6 alone: levels in a map, lines of the ledger as they come.
import { print } from 'graphql'

import { stop } from './connection.js'
import type { LedgerSubscription, LevelEventsSubscription } from './gql/graphql.js'
import { Ledger, LevelEvents } from './operations.js'
import { showEvent, showLevels, showLine } from './show.js'
import { socket } from './socket.js'

type Level = LevelEventsSubscription['stockLevels']['level']

const levels = new Map<string, Level>()

socket.on('connected', () => levels.clear()) // a connection begins with a snapshot
socket.subscribe<LevelEventsSubscription>(
  { query: print(LevelEvents) },
  {
    next({ data, errors }) {
      if (!data) return console.error(errors)
      const { kind, level } = data.stockLevels
      levels.set(level.id, level)
      showEvent(kind, level)
      showLevels(levels.values())
    },
    error: stop,
    complete() {},
  },
)

socket.subscribe<LedgerSubscription>(
  { query: print(Ledger) },
  {
    next({ data, errors }) {
      if (!data) return console.error(errors)
      showLine(data.movements.movement)
    },
    error: stop,
    complete() {},
  },
)
