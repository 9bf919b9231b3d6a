// A count that ticks: by how much it has changed is shown for a moment, by an arrow and not by colour alone.
import { change, units } from '../../format/number'
import { classes } from '../../ui/classes'
import { Fitting } from './Fitting'
import type { LevelRow } from './levelRow'
import styles from './Ticking.module.css'

const SHOWN_FOR = 1_600

export function Ticking({ row, of }: { row: LevelRow; of: 'available' | 'onHand' }) {
  const { tick } = row
  const delta = tick && Date.now() - tick.at < SHOWN_FOR ? tick[of] : 0
  const count = units(row[of])
  if (!tick || delta === 0) return <Fitting text={count} />
  return (
    <>
      <span
        key={`delta-${row.version}`}
        class={classes(styles.delta, delta > 0 ? styles.more : styles.less)}
        aria-hidden="true"
      >
        {delta > 0 ? '▲' : '▼'} {change(delta)}
      </span>
      <Fitting key={row.version} text={count} class={classes(styles.value, delta > 0 ? styles.up : styles.down)} />
    </>
  )
}
