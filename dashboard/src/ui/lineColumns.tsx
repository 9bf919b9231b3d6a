// Columns of the lines of documents.
import { units } from '../format/number'
import { to } from '../shell/location'
import styles from './Cards.module.css'
import type { Column } from './Table'

/** The column of the item of a line, which leads to it. */
export const itemColumn = <Line extends { item: { sku: string; name: string } }>(title: string): Column<Line> => ({
  id: 'item',
  title,
  isMain: true,
  cell: ({ item }) => (
    <>
      <a href={to('items', item.sku)}>{item.name}</a>
      <span class={styles.sub}>{item.sku}</span>
    </>
  ),
})

/** Return the columns of counts of lines with their sums; of the rare ones, those that any line has. */
export function countColumns<Count extends string>(
  lines: readonly Record<Count, number>[],
  titles: Readonly<Record<Count, string>>,
  { always, rare }: { always: readonly Count[]; rare: readonly Count[] },
): Column<Record<Count, number>>[] {
  const sum = (part: Count) => lines.reduce((total, line) => total + line[part], 0)
  return [...always, ...rare.filter((part) => sum(part) > 0)].map((part) => ({
    id: part,
    title: titles[part],
    isNumber: true,
    cell: (line) => units(line[part]),
    foot: units(sum(part)),
  }))
}
