// How the levels of an item went, those of all its locations.
import { useEffect, useState } from 'preact/hooks'
import { persist } from '../../api/action'
import { type Query, useQuery } from '../../api/query'
import { request } from '../../api/request'
import { ItemHistoryDocument, type ItemHistoryQuery, type ItemHistoryQueryVariables } from '../../gql/graphql'
import type { Point } from './history'

const AGAIN_EVERY = 60_000

type Asked = Omit<ItemHistoryQueryVariables, 'after'>

/** Return the query of the first page, and the histories of the levels of all pages once these are read. */
export function useHistories(asked: Asked): {
  query: Query<ItemHistoryQuery>
  histories: readonly (readonly Point[])[] | undefined
} {
  const query = useQuery(ItemHistoryDocument, { ...asked, after: null }, { everyMs: AGAIN_EVERY })
  const [histories, setHistories] = useState<readonly (readonly Point[])[]>()

  useEffect(() => {
    const stop = new AbortController()
    async function read({ stockLevels }: ItemHistoryQuery): Promise<void> {
      const all = [...stockLevels.nodes]
      for (let { hasNextPage, endCursor } = stockLevels.pageInfo; hasNextPage; ) {
        const after = endCursor
        const page = await persist(() => request(ItemHistoryDocument, { ...asked, after }, stop.signal), stop.signal)
        all.push(...page.stockLevels.nodes)
        ;({ hasNextPage, endCursor } = page.stockLevels.pageInfo)
      }
      if (!stop.signal.aborted) setHistories(all.map(({ history }) => history))
    }
    if (query.data) read(query.data).catch(() => undefined) // all of it is read again soon
    return () => stop.abort()
  }, [query.data])

  return { query, histories }
}
