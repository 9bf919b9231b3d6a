// What a plot of an item shows: units over time, and where something came, went or was counted.

export interface Point {
  at: string
  onHand?: number | null | undefined
  available?: number | null | undefined
  unitsReceived: number
  unitsSold: number
}

export interface Counted {
  delta: number
  recordedAt: string
}

export interface Marks {
  /** On hand where there are marks, else null. */
  at: (number | null)[]
  /** By how many units in all; null where there are none. */
  units: (number | null)[]
  count: number
}

export interface Plot {
  /** Seconds of the epoch. */
  times: number[]
  onHand: (number | null)[]
  available: (number | null)[]
  receipts: Marks
  sales: Marks
  counts: Marks
}

const sum = (one: number | null, other: number | null | undefined): number | null =>
  other === null || other === undefined ? one : (one ?? 0) + other

/** Add up the points of levels: they are of the same moments. A level that had not begun adds nothing. */
export function summed(histories: readonly (readonly Point[])[]): Point[] {
  const [first = []] = histories
  return first.map(({ at }, index) => {
    const all = histories.map((points) => points[index]).filter((point) => point !== undefined)
    return {
      at,
      onHand: all.reduce<number | null>((total, { onHand }) => sum(total, onHand), null),
      available: all.reduce<number | null>((total, { available }) => sum(total, available), null),
      unitsReceived: all.reduce((total, { unitsReceived }) => total + unitsReceived, 0),
      unitsSold: all.reduce((total, { unitsSold }) => total + unitsSold, 0),
    }
  })
}

function marksOf(points: readonly Point[], moved: readonly { at: number; delta: number }[]): Marks {
  const marks: Marks = { at: points.map(() => null), units: points.map(() => null), count: 0 }
  const ends = points.map(({ at }) => Date.parse(at))
  for (const { at, delta } of moved) {
    const index = ends.findIndex((end) => at <= end) // the part of the period that it falls into
    if (index < 0 || at < ends[0]! - (ends[1]! - ends[0]!)) continue
    marks.at[index] = points[index]!.onHand ?? null
    marks.units[index] = sum(marks.units[index]!, delta)
    marks.count += 1
  }
  return marks
}

/** Return the plot of points, with marks for what moved and was counted; the last point is as it is now. */
export function plotOf(
  history: readonly Point[],
  counted: readonly Counted[],
  now: { onHand: number; available: number } | undefined,
): Plot {
  const points = now ? history.map((point, at) => (at === history.length - 1 ? { ...point, ...now } : point)) : history
  const moved = (name: 'unitsReceived' | 'unitsSold') =>
    points.filter((point) => point[name] !== 0).map((point) => ({ at: Date.parse(point.at), delta: point[name] }))
  return {
    times: points.map(({ at }) => Date.parse(at) / 1000),
    onHand: points.map(({ onHand }) => onHand ?? null),
    available: points.map(({ available }) => available ?? null),
    receipts: marksOf(points, moved('unitsReceived')),
    sales: marksOf(points, moved('unitsSold')),
    counts: marksOf(
      points,
      counted.map(({ recordedAt, delta }) => ({ at: Date.parse(recordedAt), delta })),
    ),
  }
}
