// A dashboard beside which other things are asked: what it shows stays what the server has.
//
// The same story is told to each client, behind a small adapter of its own (see apollo.mjs, urql.mjs and relay.mjs):
//   ask(text)            run a query over the network, and put what it answers into the cache
//   change(text)         run a mutation, likewise
//   follow(text)         put what a subscription sends into the cache, from now on; returns what ends it
//   watch(text, onShown) show a query from the cache, and call onShown with the data at each change of it
import assert from 'node:assert/strict'

const DEADLINE_MS = 20_000 // reached only by a failure

const LEVELS = `query Levels { stockLevels(first: 50) { __typename nodes { __typename id onHand available version } } }`
const ORDERS = `query Orders { reservations(first: 50) { __typename nodes { __typename id state version } } }`
const ALERTS = `query Alerts { alerts(first: 50) { __typename nodes { __typename id state version } } }`

const LEVEL = `level { __typename id onHand available version }`
const LINE = `__typename id version delta after { __typename onHand available } ${LEVEL}`
const ORDER = `reservation { __typename id state version }`
const DONE = `__typename replayed userErrors { __typename message }`

const adjust = (key, delta) => `mutation Adjust { stockAdjust(input: {
  sku: "TEA-1", location: "MAIN", delta: ${delta}, reason: CORRECTION, idempotencyKey: "${key}"
}) { ${DONE} operation { __typename id } movement { ${LINE} } ${LEVEL} } }`
const order = (key) => `mutation Order { reservationCreate(input: {
  lines: [{sku: "CUP-1", quantity: 1}], idempotencyKey: "${key}"
}) { ${DONE} movements { __typename nodes { ${LINE} } } ${ORDER} } }`
const release = (id) => `mutation Release { reservationRelease(input: {id: "${id}"}) { ${DONE} ${ORDER} } }`

export async function tell(client, { url, say }) {
  const server = (text) => asked(url, text)
  const start = (await firstCursor(client)).movements.cursor

  // Everything is live: the lists come once, and from then on what has changed.
  const lists = await Promise.all([LEVELS, ORDERS, ALERTS].map((text) => List.shown(client, text, server)))
  await client.follow(`subscription LevelFeed { stockLevels { __typename kind ${LEVEL} movement { ${LINE} } } }`)
  await client.follow(`subscription AlertFeed { stockAlerts { __typename kind alert { __typename id state version } } }`)
  await client.follow(`subscription OrderFeed { reservations { __typename kind version state ${ORDER} } }`)

  // The day: sales until the level is low, an order that is made and given back, most of it by others.
  const first = await client.change(adjust('a', -1))
  assert.equal(first.stockAdjust.replayed, false)
  const made = await client.change(order('o'))
  for (const key of ['b', 'c']) await server(adjust(key, -2))
  await server(release(made.reservationCreate.reservation.id))
  await server(order('p'))
  for (const list of lists) await list.ask() // the server now has more entries than the lists were asked for
  for (const list of lists) await list.agrees()
  say('live')

  // Beside it: whatever tells of the past.
  const quiet = lists.map((list) => list.mustAgreeFromNowOn())
  const ledger = await client.ask(`query Ledger { movements(first: 20, filter: {sku: "TEA-1", location: "MAIN"}) {
    __typename nodes { ${LINE} operation { __typename id movements { __typename nodes { ${LINE} } } } } } }`)
  const counts = ledger.movements.nodes.map((line) => line.after.onHand)
  assert.deepEqual(counts.slice(0, 4), [5, 7, 9, 10], 'each line of the ledger has its own count')
  const levels = new Set(ledger.movements.nodes.map((line) => JSON.stringify(line.level)))
  assert.equal(levels.size, 1, 'and the level of all of them is the same')

  const again = await client.change(adjust('a', -1))
  assert.equal(again.stockAdjust.replayed, true)
  assert.equal(again.stockAdjust.movement.after.onHand, 9)
  assert.equal(again.stockAdjust.level.onHand, 5)
  const repeated = await client.change(order('o'))
  assert.deepEqual([repeated.reservationCreate.replayed, repeated.reservationCreate.reservation.state], [true, 'RELEASED'])
  await client.ask(`query Operation { operation(id: "${first.stockAdjust.operation.id}") {
    __typename id movements { __typename nodes { ${LINE} } } } }`)
  await client.ask(`query Low { alerts(first: 20) { __typename nodes { __typename id state version ${LEVEL}
    openedBy { __typename id movements { __typename nodes { ${LINE} } } } } } }`)

  // Feeds that are resumed from before the day began.
  const past = `after: "${start}"`
  await until(client, `subscription Lines { movements(${past}) { __typename cursor movement { ${LINE} } } }`, 6)
  await until(client, `subscription Told { reservations(${past}) { __typename version state cursor ${ORDER} } }`, 3)
  await until(client, `subscription Rang { stockAlerts(${past}) { __typename version state cursor
    alert { __typename id state version ${LEVEL} } } }`, 1)
  for (const check of quiet) await check()
  say('true beside the past')

  // And it is still live.
  await server(adjust('d', 3))
  for (const list of lists) await list.agrees()
  say('live again')
}

class List {
  constructor(client, text, server) {
    Object.assign(this, { client, text, server, data: null, onShown: () => {} })
  }

  static async shown(client, text, server) {
    const list = new List(client, text, server)
    client.watch(text, (data) => {
      list.data = data
      list.onShown()
    })
    await list.agrees()
    return list
  }

  ask() {
    return this.client.ask(this.text)
  }

  // Wait until it shows what the server has.
  async agrees() {
    await eventually(async () => assert.deepEqual(plain(this.data), plain(await this.server(this.text))))
  }

  // From now on each state that it shows is the one that the server has. Returns the last look at it.
  mustAgreeFromNowOn() {
    const truth = plain(this.data)
    const differences = []
    this.onShown = () => {
      try {
        assert.deepEqual(plain(this.data), truth)
      } catch (error) {
        differences.push(error)
      }
    }
    return async () => {
      this.onShown()
      this.onShown = () => {}
      if (differences.length) throw differences[0]
      assert.deepEqual(plain(await this.server(this.text)), truth, 'nothing has changed meanwhile')
    }
  }
}

// Follow a subscription until it has sent so much.
async function until(client, text, events) {
  let seen = 0
  const stop = await client.follow(text, () => (seen += 1))
  await eventually(() => assert.ok(seen >= events, `${seen} of ${events} events: ${text}`))
  stop()
}

async function firstCursor(client) {
  let event
  const stop = await client.follow('subscription Start { movements { __typename cursor } }', (data) => (event ??= data))
  await eventually(() => assert.ok(event))
  stop()
  return event
}

async function eventually(check) {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

// What the server has: asked without any cache.
async function asked(url, query) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
  const answer = await response.json()
  assert.deepEqual(Object.keys(answer), ['data'], JSON.stringify(answer))
  const payload = Object.values(answer.data)[0]
  assert.deepEqual(payload?.userErrors ?? [], [])
  return answer.data
}

const plain = (data) => JSON.parse(JSON.stringify(data))
