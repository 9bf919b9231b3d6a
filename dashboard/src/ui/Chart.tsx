// A chart over time by uPlot, in the page's colours, as wide as its place.
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'
import { units } from '../format/number'
import { theme } from '../shell/theme'
import { locale } from '../text/languages'
import styles from './Chart.module.css'
import { classes } from './classes'

/** The colours that a series may have: names of tokens. */
export type Ink = 'accent' | 'info' | 'warn' | 'bad' | 'muted' | 'edge-strong'

export interface Series {
  label: string
  ink: Ink
  /** Whether the line has a filled area below. */
  isFilled?: boolean
  isDashed?: boolean
  /** Steps hold each value until the next: counts do. */
  isStepped?: boolean
  /** Whether the points are drawn without a line between: markers. */
  isPoints?: boolean
  /** What the legend says of each point instead of its value. */
  notes?: readonly (string | null)[]
}

export interface ChartProps {
  /** What the chart shows, for screen readers. */
  label: string
  /** Moments in seconds of the epoch, ascending; then the values of each series at these moments, null where there are none. */
  data: readonly [readonly number[], ...(readonly (number | null)[])[]]
  series: readonly Series[]
  height?: number
  /** Whether it is as high as its panel instead, which has that height for other reasons. */
  isFilling?: boolean
  /** Whether values are counts: the axis has whole numbers only. */
  isWhole?: boolean
  /** How values are written. */
  format?: (value: number) => string
  /** Whether the legend, which also shows the values below the pointer, is left out. */
  isBare?: boolean
}

// Steps of an axis of counts.
const WHOLE = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 9 }, (_, power) => step * 10 ** power))
  .sort((a, b) => a - b)

const HEIGHT = 220

const sizeOf = (root: Element, { height = HEIGHT, isFilling = false }: ChartProps) => ({
  width: root.clientWidth,
  height: isFilling ? root.clientHeight : height,
})

const colour = (root: Element, ink: string) => getComputedStyle(root).getPropertyValue(`--resolved-${ink}`)

function seriesOf(root: Element, { label, ink, isFilled, isDashed, isStepped, isPoints }: Series): uPlot.Series {
  const stroke = colour(root, ink)
  return {
    label,
    stroke,
    width: 1.75,
    ...(isFilled ? { fill: colour(root, `${ink}-fill`) } : {}),
    ...(isDashed ? { dash: [5, 4] } : {}),
    ...(isStepped && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
    ...(isPoints
      ? { paths: () => null, points: { show: true, size: 8, fill: stroke, stroke } }
      : { points: { show: false } }),
  }
}

function optionsOf(root: Element, props: ChartProps): uPlot.Options {
  const { series, format = units, isBare = false, isWhole = false } = props
  const text = colour(root, 'muted')
  const grid = { stroke: colour(root, 'edge'), width: 1 }
  const { fontFamily } = getComputedStyle(root)
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) // larger on a wall
  const font = `${0.75 * rem}px ${fontFamily}`
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const common = { stroke: text, grid, font, ticks: { ...grid, size: 4 } }
  return {
    ...sizeOf(root, props),
    padding: [8, 2 * rem, 0, 0],
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    legend: { show: !isBare },
    scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 1) * 1.08)] } },
    axes: [
      {
        ...common,
        size: 2.125 * rem,
        space: 5.25 * rem,
        values: (_, splits, __, ___, step) => splits.map((at) => tick(at, step)),
      },
      {
        ...common,
        size: (_, values) => Math.max(3.5, 0.48 * longestOf(values) + 1) * rem,
        space: 2.75 * rem,
        ...(isWhole ? { incrs: WHOLE } : {}),
        values: (_, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [
      { value: (_, at) => (at === null ? '' : moment.format(new Date(at * 1000))) },
      ...series.map((each) => ({
        ...seriesOf(root, each),
        value: (_: uPlot, value: number | null, __: number, at: number | null) =>
          (each.notes && at !== null ? each.notes[at] : null) ??
          (value === null || value === undefined ? '–' : format(value)),
      })),
    ],
  }
}

const longestOf = (texts: readonly string[] | null) => Math.max(0, ...(texts ?? []).map((text) => text.length))

const byDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const byMinute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const bySecond = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

function tick(at: number, step: number): string {
  const names = step >= 86_400 ? byDay : step >= 60 ? byMinute : bySecond
  return names.format(new Date(at * 1000))
}

/** Draw a chart. New data is drawn in place; other series or colours make it anew. */
export function Chart(props: ChartProps) {
  const wrap = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = props
  const shape = JSON.stringify([props.series, props.height, props.isFilling, props.isBare, theme.value])

  useEffect(() => {
    const root = wrap.current!
    const make = () => {
      chart.current?.destroy()
      const { data } = latest.current
      chart.current = new uPlot(optionsOf(root, latest.current), data as uPlot.AlignedData, root)
    }
    make()
    const sizes = new ResizeObserver(() => {
      if (chart.current && root.clientWidth > 0) chart.current.setSize(sizeOf(root, latest.current))
    })
    sizes.observe(root)
    const colours = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query))
    for (const query of colours) query.addEventListener('change', make)
    return () => {
      sizes.disconnect()
      for (const query of colours) query.removeEventListener('change', make)
      chart.current?.destroy()
      chart.current = undefined
    }
  }, [shape])

  useEffect(() => chart.current?.setData(props.data as uPlot.AlignedData), [props.data])

  return (
    <div
      class={classes(styles.chart, props.isFilling && styles.filling)}
      ref={wrap}
      role="img"
      aria-label={props.label}
      style={props.isFilling ? undefined : { minHeight: `${props.height ?? HEIGHT}px` }}
    />
  )
}
