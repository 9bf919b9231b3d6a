// Reads again when levels have changed: what reserves, orders or moves an item changes its levels.
import { useEffect, useRef } from 'preact/hooks'
import type { Query } from '../../api/query'

const RESTED_AFTER = 400

/** Read a query again a moment after the pulse of levels. */
export function useAfterPulse<Data>(query: Query<Data>, pulse: number): Query<Data> {
  const first = useRef(pulse)
  useEffect(() => {
    if (pulse === first.current) return undefined
    const timer = setTimeout(query.refetch, RESTED_AFTER)
    return () => clearTimeout(timer)
  }, [pulse])
  return query
}
