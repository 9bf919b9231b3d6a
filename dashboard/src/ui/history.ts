// What happened to a document: its operations, and what of them was taken back.
import { useState } from 'preact/hooks'
import { type Query, useQuery } from '../api/query'
import type { HistoryMovementsFragment, HistoryOperationFragment, TypedDocumentString } from '../gql/graphql'

/** An operation of a document; without movements for those who may not read the stock. */
export type HistoryEntry = HistoryOperationFragment & Partial<HistoryMovementsFragment>
export type HistoryMovement = HistoryMovementsFragment['movements']['nodes'][number]

interface Listed {
  totalCount: number
  nodes: readonly HistoryEntry[]
}

export interface History {
  query: Query<unknown>
  /** The newest first. */
  entries: readonly HistoryEntry[]
  total: number
  showAll(): void
}

const FEW = 20
const MOST = 250

/** Follow what happened to a document: it is read again with each of its versions. */
export function useHistory<Data>(
  document: TypedDocumentString<Data, { id: string; first: number }>,
  { id, version }: { id: string; version: number },
  listOf: (data: Data) => Listed | undefined,
): History {
  const [first, setFirst] = useState(FEW)
  const query = useQuery(document, { id, first }, { of: version })
  const list = query.data && listOf(query.data)
  return { query, entries: list?.nodes ?? [], total: list?.totalCount ?? 0, showAll: () => setFirst(MOST) }
}

export interface Left {
  key: string
  sku: string
  name: string
  location: string
  locationName: string
  units: number
}

/**
 * Return what is left of the units of an operation after all that reverses it, by item and location; undefined where not
 * all of their movements are here.
 */
export function leftOf(
  entry: HistoryEntry,
  entries: readonly HistoryEntry[],
  unitsOf: (movement: HistoryMovement) => number,
): Left[] | undefined {
  const parts = new Map<string, Left>()
  for (const { movements } of [entry, ...reversalsOf(entry, entries)]) {
    if (!movements || movements.nodes.length < movements.totalCount) return undefined
    for (const movement of movements.nodes) {
      const { item, location } = movement
      const key = `${item.sku}\n${location.code}`
      const of = { key, sku: item.sku, name: item.name, location: location.code, locationName: location.name }
      parts.set(key, { ...of, units: (parts.get(key)?.units ?? 0) + unitsOf(movement) })
    }
  }
  return [...parts.values()].filter(({ units }) => units > 0)
}

const reversalsOf = (entry: HistoryEntry, entries: readonly HistoryEntry[]) =>
  entries.filter(({ reverses }) => reverses?.id === entry.id)

/** Tell whether an operation was reversed, or a part of it. */
export const isReversed = (entry: HistoryEntry, entries: readonly HistoryEntry[]): boolean =>
  reversalsOf(entry, entries).length > 0
