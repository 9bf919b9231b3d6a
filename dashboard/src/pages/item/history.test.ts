import { describe, expect, it } from 'vitest'
import { type Point, plotOf, summed } from './history'

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T12:00:00Z`
const point = (number: number, more: Partial<Point> = {}): Point => ({
  at: day(number),
  onHand: 10,
  available: 8,
  unitsReceived: 0,
  unitsSold: 0,
  ...more,
})

describe('the plot of an item', () => {
  it('adds up levels, of which one began later', () => {
    const points = summed([
      [point(1), point(2, { unitsSold: 3 })],
      [point(1, { onHand: null, available: null }), point(2, { onHand: 5, unitsSold: 1 })],
    ])
    expect(points.map(({ onHand, available, unitsSold }) => [onHand, available, unitsSold])).toEqual([
      [10, 8, 0],
      [15, 16, 4],
    ])
    expect(summed([])).toEqual([])
  })

  it('marks what moved at the end of the day in which it did', () => {
    const counted = [
      { delta: 4, recordedAt: '2026-11-01T18:00:00Z' },
      { delta: 2, recordedAt: '2026-11-02T11:00:00Z' },
      { delta: -1, recordedAt: '2026-11-03T12:00:00Z' },
      { delta: -1, recordedAt: '2026-10-03T12:00:00Z' },
    ]
    const points = [point(1), point(2, { onHand: 50, unitsReceived: 42 }), point(3, { unitsSold: 7 })]
    const plot = plotOf(points, counted, undefined)
    expect(plot.receipts).toEqual({ at: [null, 50, null], units: [null, 42, null], count: 1 })
    expect(plot.counts.units).toEqual([null, 6, -1])
    expect(plot.sales.units).toEqual([null, null, 7])
  })

  it('ends with the present', () => {
    const plot = plotOf([point(1), point(2)], [], { onHand: 3, available: 1 })
    expect(plot.onHand).toEqual([10, 3])
    expect(plot.available).toEqual([8, 1])
  })
})
