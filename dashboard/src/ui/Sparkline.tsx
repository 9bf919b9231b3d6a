// A small line without axes: how a number went. What it says is in its label.
import styles from './Sparkline.module.css'

const WIDTH = 96
const HEIGHT = 24
const PAD = 2

/** Draw values, oldest first; null where none is known. The lowest point of the drawing is zero, or the least value below it. */
export function Sparkline({
  values,
  label,
  width = WIDTH,
  height = HEIGHT,
}: {
  values: readonly (number | null)[]
  label: string
  width?: number
  height?: number
}) {
  const known = values.filter((value) => value !== null)
  const low = Math.min(0, ...known)
  const span = Math.max(1, ...known) - low
  const x = (index: number) => PAD + (index * (width - 2 * PAD)) / Math.max(1, values.length - 1)
  const y = (value: number) => height - PAD - ((value - low) * (height - 2 * PAD)) / span
  let path = ''
  values.forEach((value, index) => {
    if (value === null) return
    path += `${path && values[index - 1] !== null ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
  })
  const last = values.at(-1)
  return (
    <svg
      class={styles.sparkline}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <line class={styles.zero} x1={PAD} x2={width - PAD} y1={y(0)} y2={y(0)} />
      <path class={styles.line} d={path} />
      {last !== null && last !== undefined && (
        <circle class={styles.end} cx={x(values.length - 1)} cy={y(last)} r={2} />
      )}
    </svg>
  )
}
