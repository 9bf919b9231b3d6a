// The last 30 days of levels, read for the rows that are looked at: together, once scrolling rests, and kept for a while.
import { type Signal, signal } from '@preact/signals'
import { request } from '../../api/request'
import { StockTrendsDocument } from '../../gql/graphql'

type Values = readonly (number | null)[]

const RESTED_AFTER = 200
const AT_ONCE = 25
const KEPT_FOR = 5 * 60_000
const MOST_KEPT = 5_000

const kept = new Map<string, { values: Signal<Values | undefined>; readAt: number }>()
const wanted = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
let isReading = false

/** Return the trend of a level as a signal, which has its values once they are read. */
export function trendOf(id: string): Signal<Values | undefined> {
  const entry = kept.get(id) ?? { values: signal<Values | undefined>(undefined), readAt: 0 }
  kept.set(id, entry)
  return entry.values
}

/** Read the trend of a level, unless it is known; until it is left again. */
export function lookAt(id: string): () => void {
  if (Date.now() - (kept.get(id)?.readAt ?? 0) > KEPT_FOR) {
    wanted.add(id)
    clearTimeout(timer)
    timer = setTimeout(read, RESTED_AFTER)
  }
  return () => wanted.delete(id)
}

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
    wanted.clear() // what is looked at again, is asked for again
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
