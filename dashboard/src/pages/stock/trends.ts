// The last 30 days of levels, read for the rows that are looked at: together, once scrolling rests, and kept for a while.
import { type Signal, signal } from '@preact/signals'
import { connections } from '../../api/connection'
import { request } from '../../api/request'
import { StockTrendsDocument } from '../../gql/graphql'

type Values = readonly (number | null)[]

const RESTED_AFTER = 200
const AT_ONCE = 25
const KEPT_FOR = 5 * 60_000
const CHECKED_EVERY = 30_000
const MOST_KEPT = 5_000

const kept = new Map<string, { values: Signal<Values | undefined>; readAt: number }>()
const looked = new Map<string, number>() // by how many rows
const wanted = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
let isReading = false

/** Return the trend of a level as a signal, which has its values once they are read. */
export function trendOf(id: string): Signal<Values | undefined> {
  const entry = kept.get(id) ?? { values: signal<Values | undefined>(undefined), readAt: 0 }
  kept.set(id, entry)
  return entry.values
}

/** Read the trend of a level, unless it is known, and again when it is old; until it is left again. */
export function lookAt(id: string): () => void {
  looked.set(id, (looked.get(id) ?? 0) + 1)
  want(id)
  return () => {
    const rows = looked.get(id)! - 1
    if (rows > 0) looked.set(id, rows)
    else {
      looked.delete(id)
      wanted.delete(id)
    }
  }
}

function want(id: string): void {
  if (Date.now() - (kept.get(id)?.readAt ?? 0) <= KEPT_FOR) return
  wanted.add(id)
  clearTimeout(timer)
  timer = setTimeout(read, RESTED_AFTER)
}

// The days pass for rows that stay in view, too; and those that could not be read are tried again.
function renew(): void {
  if (document.hidden) return
  for (const id of looked.keys()) want(id)
}

setInterval(renew, CHECKED_EVERY)
document.addEventListener('visibilitychange', renew)
connections.subscribe(renew)

async function read(): Promise<void> {
  if (isReading) return
  isReading = true
  try {
    while (wanted.size > 0) {
      const ids = [...wanted].slice(0, AT_ONCE)
      for (const id of ids) wanted.delete(id)
      const { nodes } = await request(StockTrendsDocument, { ids })
      for (const node of nodes)
        if (node && 'history' in node)
          keep(
            node.id,
            node.history.map(({ onHand }) => onHand ?? null),
          )
    }
  } catch {
    wanted.clear() // what is still looked at, is asked for again soon
  } finally {
    isReading = false
  }
}

function keep(id: string, values: Values): void {
  const entry = kept.get(id)
  if (!entry) return
  entry.readAt = Date.now()
  entry.values.value = values
  if (kept.size > MOST_KEPT)
    for (const old of [...kept.keys()].slice(0, MOST_KEPT / 2)) if (old !== id) kept.delete(old)
}
