import { expect, test } from 'vitest'
import { meanOfLast, Rate } from './rate'

test('counts what arrives in each second, and leaves out the one that is not over', () => {
  const rate = new Rate(999_000)
  rate.count(1_000_100)
  rate.count(1_000_900, 2)
  rate.count(1_002_000)
  const [seconds, counts] = rate.series(1_002_500)
  expect(seconds.at(-1)).toBe(1001)
  expect(counts.slice(-4)).toEqual([null, 0, 3, 0])
})

test('forgets what is older than three minutes', () => {
  const rate = new Rate(0)
  rate.count(0)
  expect(rate.series(180_000)[1][0]).toBe(1)
  rate.series(181_000)
  expect(rate.series(180_000)[1][0]).toBe(0)
})

test('the mean of nothing is nothing', () => {
  expect(meanOfLast([], 60)).toBe(0)
  expect(meanOfLast([9, null, 2, 4], 3)).toBe(3)
})

test('does not take for nothing what is not known, as the page was cut off', () => {
  const rate = new Rate(990_000)
  rate.count(1_000_000)
  expect(rate.series(1_004_000, 1_002_000)[1].slice(-4)).toEqual([1, 0, null, null])
  rate.miss(1_002_000, 1_003_500)
  expect(rate.series(1_005_000)[1].slice(-5)).toEqual([1, 0, null, null, 0])
})
