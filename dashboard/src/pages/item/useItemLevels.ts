// The levels of one item as they are now, by location.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { ItemLevelCountDocument, ItemLevelsDocument } from '../../gql/graphql'
import { filtersOf } from '../stock/filters'
import { type LevelRow, ticked } from '../stock/levelRow'

const ANY = filtersOf(new URLSearchParams())

export interface ItemLevels {
  /** Ordered by location; undefined until they are known. */
  levels: readonly LevelRow[] | undefined
  /** Grows with each change of a level, at most a few times a second. */
  pulse: number
}

/** Follow the levels of an item. */
export function useItemLevels(sku: string): ItemLevels {
  const known = useRef(new Map<string, LevelRow>())
  const [state, setState] = useState<ItemLevels>({ levels: undefined, pulse: 0 })
  const frame = useRef<number>(undefined)
  const count = useQuery(ItemLevelCountDocument, { sku })
  const expected = count.data?.stockLevels.totalCount

  const publish = () => {
    frame.current = undefined
    const levels = [...known.current.values()].sort((one, other) => (one.location.code < other.location.code ? -1 : 1))
    setState(({ pulse }) => ({ levels, pulse: pulse + 1 }))
  }
  useLive(
    ItemLevelsDocument,
    expected === undefined ? null : { sku }, // without levels no snapshot comes, and none is waited for
    {
      next({ stockLevels: { level } }) {
        const before = known.current.get(level.id)
        const after = before ? ticked(before, level, { ...ANY, isArchived: level.item.isArchived }, Date.now()) : level
        if (after === before) return
        known.current.set(level.id, after)
        frame.current ??= requestAnimationFrame(publish)
      },
    },
    { isQuiet: expected === 0 },
  )
  useEffect(() => {
    if (expected === 0 && known.current.size === 0) setState({ levels: [], pulse: 0 })
  }, [expected])
  useEffect(
    () => () => {
      known.current.clear()
      if (frame.current !== undefined) cancelAnimationFrame(frame.current)
      frame.current = undefined
      setState({ levels: undefined, pulse: 0 })
    },
    [sku],
  )
  return state
}
