// A count that ticks: by how much it has changed is shown for a moment, by an arrow and not by colour alone.
import { change, units } from '../../format/number'
import { classes } from '../../ui/classes'
import type { LevelRow } from './levelRow'
import styles from './Ticking.module.css'

const SHOWN_FOR = 1_600
const WIDE = 10 // characters, that a column of a phone has room for

export function Ticking({ row, of }: { row: LevelRow; of: 'available' | 'onHand' }) {
  const { tick } = row
  const delta = tick && Date.now() - tick.at < SHOWN_FOR ? tick[of] : 0
  const count = units(row[of])
  const size = count.length > WIDE && styles.wide
  if (!tick || delta === 0)
    return (
      <span class={classes(size)} title={size ? count : undefined}>
        {count}
      </span>
    )
  return (
    <>
      <span
        key={`delta-${row.version}`}
        class={classes(styles.delta, delta > 0 ? styles.more : styles.less)}
        aria-hidden="true"
      >
        {delta > 0 ? '▲' : '▼'} {change(delta)}
      </span>
      <span key={row.version} class={classes(styles.value, size, delta > 0 ? styles.up : styles.down)}>
        {count}
      </span>
    </>
  )
}
