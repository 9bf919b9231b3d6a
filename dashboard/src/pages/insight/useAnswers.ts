// The levels that answer a question: the first page, and more as they are asked for.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Problem, unreachable } from '../../api/problem'
import { type Query, useQuery } from '../../api/query'
import { request } from '../../api/request'
import { InsightListDocument, type InsightListQuery, type InsightListQueryVariables } from '../../gql/graphql'
import type { Row } from './questions'

const PAGE = 50

export interface Answers {
  query: Query<InsightListQuery>
  rows: readonly Row[]
  total: number
  hasMore: boolean
  isLoadingMore: boolean
  problem: Problem | undefined
  loadMore(): void
}

type Asked = Pick<InsightListQueryVariables, 'filter' | 'days' | 'orderBy'>

export function useAnswers(asked: Asked): Answers {
  const query = useQuery(InsightListDocument, { ...asked, first: PAGE })
  const [further, setFurther] = useState<readonly InsightListQuery[]>([])
  const [isLoadingMore, setLoading] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const first = useRef(query.data)
  first.current = query.data

  useEffect(() => {
    setFurther([])
    setProblem(undefined)
  }, [query.data])

  const pages = query.data ? [query.data, ...further] : []
  const last = pages.at(-1)?.inventoryInsights

  async function loadMore(): Promise<void> {
    if (!last?.pageInfo.hasNextPage || isLoadingMore) return
    const begun = query.data
    setLoading(true)
    try {
      const page = await request(InsightListDocument, { ...asked, first: PAGE, after: last.pageInfo.endCursor })
      if (first.current === begun) setFurther((before) => [...before, page])
      setProblem(undefined)
    } catch (error) {
      setProblem(error instanceof Problem ? error : unreachable())
    } finally {
      setLoading(false)
    }
  }

  return {
    query,
    rows: pages.flatMap(({ inventoryInsights }) => inventoryInsights.nodes),
    total: query.data?.inventoryInsights.totalCount ?? 0,
    hasMore: last?.pageInfo.hasNextPage ?? false,
    isLoadingMore,
    problem,
    loadMore,
  }
}
