import { expect, test } from 'vitest'
import { Collection, tally } from './collection'

interface Order {
  id: string
  version: number
}

function given() {
  const frames: (() => void)[] = []
  const orders = new Collection<Order>((show) => frames.push(show))
  const shown = () => {
    for (const show of frames.splice(0)) show()
    return [...orders.nodes.value.values()].map(({ id, version }) => `${id}${version}`)
  }
  return { orders, frames, shown }
}

test('the newest version is shown, whichever came first', () => {
  const { orders, shown } = given()
  orders.take({ id: 'a', version: 2 })
  orders.take({ id: 'a', version: 1 })
  expect(shown()).toEqual(['a2'])
  orders.take({ id: 'a', version: 3 })
  expect(shown()).toEqual(['a3'])
})

test('what has left comes back with a newer version only', () => {
  const { orders, shown } = given()
  orders.take({ id: 'a', version: 1 })
  orders.take({ id: 'a', version: 2 }, false)
  orders.take({ id: 'a', version: 1 })
  expect(shown()).toEqual([])
  orders.take({ id: 'a', version: 3 })
  expect(shown()).toEqual(['a3'])
})

test('many changes are one frame, and what is told again is none', () => {
  const { orders, frames, shown } = given()
  orders.take({ id: 'a', version: 1 })
  orders.take({ id: 'b', version: 1 })
  expect(frames.length).toBe(1)
  expect(shown()).toEqual(['a1', 'b1'])
  orders.take({ id: 'b', version: 1 })
  expect(frames.length).toBe(0)
})

test('what has changed within a version is shown, too', () => {
  const orders = new Collection<Order & { short: number }>((show) => show())
  orders.take({ id: 'a', version: 1, short: 0 })
  orders.take({ id: 'a', version: 1, short: 5 })
  expect(orders.nodes.value.get('a')?.short).toBe(5)
})

test('does not grow without an end: of what is over it keeps the newest, and of what is open everything', () => {
  let show = () => {}
  const collection = new Collection<{ id: string; version: number; updatedAt: string; isOver: boolean }>(
    (shows) => (show = shows),
    ({ isOver }) => isOver,
  )
  collection.take({ id: 'open', version: 1, updatedAt: '2000', isOver: false })
  for (let number = 0; number < 100_000; number += 1) {
    collection.take({ id: `${number}`, version: 1, updatedAt: `2026-${String(number).padStart(6, '0')}`, isOver: true })
    collection.take({ id: `gone-${number}`, version: 1, updatedAt: '', isOver: true }, false)
    if (number % 500 === 499) show()
  }
  expect(collection.nodes.value.size).toBeLessThanOrEqual(2_500)
  expect(collection.nodes.value.has('open')).toBe(true)
  expect(collection.nodes.value.has('99999')).toBe(true)
  expect(Reflect.get(collection, 'versions').size).toBeLessThan(30_000)
})

test('a tally changes when a document goes from one state to another, and not when it stays', () => {
  const of = (...states: string[]) => tally(new Map(states.map((state, index) => [`${index}`, { state }])))
  expect(of('HELD', 'HELD')).not.toBe(of('HELD', 'SHIPPED'))
  expect(of('HELD', 'SHIPPED')).toBe(of('SHIPPED', 'HELD'))
})
