// How much there is of an item in all, and what it is worth.
import { money, units } from '../../format/number'
import type { ItemFactsFragment } from '../../gql/graphql'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import type { LevelRow } from '../stock/levelRow'
import styles from './Item.module.css'

const UNKNOWN = '…'

/** Show the sums over the levels; while these are not known, that they are not, rather than nothing. */
export function Figures({
  item: { unitCost, barcodes },
  levels,
}: {
  item: Pick<ItemFactsFragment, 'unitCost' | 'barcodes'>
  levels: readonly LevelRow[] | undefined
}) {
  const total = (name: 'onHand' | 'available' | 'reserved' | 'incoming') =>
    levels?.reduce((sum, level) => sum + level[name], 0)
  const shown = (count: number | undefined) => (count === undefined ? UNKNOWN : units(count))
  const onHand = total('onHand')
  const value = onHand === undefined || unitCost == null ? null : Number(unitCost) * onHand
  const figures: [string, string][] = [
    [common.available, shown(total('available'))],
    [common.onHand, shown(onHand)],
    [common.reserved, shown(total('reserved'))],
    [common.incoming, shown(total('incoming'))],
    [common.value, onHand === undefined ? UNKNOWN : money(value) || '–'],
    [text.unitCost, money(unitCost) || '–'],
  ]
  return (
    <dl class={styles.figures}>
      {figures.map(([name, figure]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
      {barcodes.length > 0 && (
        <div class={styles.barcodes}>
          <dt>{text.barcodes}</dt>
          <dd>{barcodes.join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}
