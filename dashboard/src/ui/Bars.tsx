// Horizontal bars with their labels and numbers: a small comparison that is also a table to a screen reader.
import type { ComponentChildren } from 'preact'
import type { Tone } from './Badge'
import styles from './Bars.module.css'
import { classes } from './classes'

export interface Bar {
  key: string
  label: ComponentChildren
  value: number
  /** The number as it is shown. */
  text: ComponentChildren
  tone?: Tone
}

/** Draw bars to one scale: that of the largest, unless `most` is given. */
export function Bars({ bars, label, most }: { bars: readonly Bar[]; label: string; most?: number }) {
  const scale = most ?? (Math.max(0, ...bars.map(({ value }) => value)) || 1)
  return (
    <ul class={styles.bars} aria-label={label}>
      {bars.map(({ key, label: name, value, text, tone = 'good' }) => (
        <li key={key} class={styles.bar}>
          <span class={styles.name}>{name}</span>
          <span class={styles.value}>{text}</span>
          <span class={styles.track} aria-hidden="true">
            <span
              class={classes(styles.fill, styles[tone])}
              style={{ width: `${Math.max(0, Math.min(100, (100 * value) / scale))}%` }}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}
