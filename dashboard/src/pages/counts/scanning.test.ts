import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { normalBarcode } from './barcode'
import { sightings } from './sightings'
import { withAnswer, without, withScan } from './unknown'
import { takeAll, wedge } from './wedge'

function typed(text: string, gap: number) {
  const take = wedge()
  return [...text].map((key, index) => take({ key: key === '\n' ? 'Enter' : key, at: index * gap }))
}

test('a scanner types fast and ends with Enter', () => {
  expect(typed('4006381333931\n', 8).at(-1)).toEqual({ kind: 'scan', code: '4006381333931' })
})

test('a person is no scanner, even a fast one', () => {
  expect(typed('4006381\n', 90).map(({ kind }) => kind)).toEqual([...Array(7).fill('begin'), 'none'])
  expect(typed('12\n', 8).at(-1)).toEqual({ kind: 'none' })
})

test('keys that somebody pressed before the scan are not part of it', () => {
  const take = wedge()
  take({ key: 'x', at: 0 })
  for (const [index, key] of [...'AB-12'].entries()) take({ key, at: 1_000 + index * 5 })
  expect(take({ key: 'Enter', at: 1_026 })).toEqual({ kind: 'scan', code: 'AB-12' })
})

test('capital letters come with Shift', () => {
  const take = wedge()
  for (const [index, key] of ['Shift', 'A', 'Shift', 'B', '1', '2'].entries()) take({ key, at: index * 5 })
  expect(take({ key: 'Enter', at: 31 })).toEqual({ kind: 'scan', code: 'AB12' })
})

test('a code before the camera counts once, and again after it was away', () => {
  const look = sightings()
  const shown = [0, 100, 200, 300].flatMap((at) => look(['1'], at))
  expect(shown).toEqual(['1'])
  expect([...look([], 1_300), ...look(['1'], 1_400), ...look(['1'], 1_500)]).toEqual(['1'])
})

test('a code that is read in one picture only is not believed', () => {
  const look = sightings()
  expect([...look(['1'], 0), ...look(['7'], 100), ...look(['1'], 200)]).toEqual(['1'])
})

// As the server's tests of barcodes have it.
test.each([
  ['4006381333931', '04006381333931'],
  ['036000291452', '00036000291452'],
  [']E04006381333931', '04006381333931'],
  [']C10104006381333931211234', '04006381333931'],
  ['(01)04006381333931(10)A7', '04006381333931'],
  ['https://id.shop.example/01/04006381333931/10/A7', '04006381333931'],
  ['978-3-16-148410-0', '09783161484100'],
  ['3-16-148410-X', '09783161484100'],
  ['04252614', '00042100005264'],
  ['SHELF-7', 'SHELF-7'],
  ['1234567', '1234567'],
])('%s is the item of %s', (scanned, normal) => {
  expect(normalBarcode(scanned)).toBe(normal)
})

test('a code that comes while those before it are taken is taken next', () => {
  const scanned = signal<readonly string[]>(['4006381333931'])
  scanned.value = [...scanned.value, '4006381333931']
  expect(takeAll(scanned)).toHaveLength(2)
  expect(takeAll(scanned)).toEqual([])
})

test('an unknown code stays with its number of scans until it is answered', () => {
  const twice = withScan(withScan(withScan([], 'A-1'), 'B-2'), 'A-1')
  const answered = withAnswer(twice, 'B-2', { sku: 'B', barcode: null, name: 'Bread' })
  expect(answered.map(({ code, times, isAsking, found }) => [code, times, isAsking, found?.sku])).toEqual([
    ['B-2', 1, false, 'B'],
    ['A-1', 2, true, undefined], // what was scanned last is what is asked about
  ])
  expect(without(answered, 'A-1').map(({ code }) => code)).toEqual(['B-2'])
})
