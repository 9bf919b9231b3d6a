import { beforeEach, expect, test, vi } from 'vitest'

class FakeSocket {
  static readonly OPEN = 1
  static readonly CLOSED = 3
  static readonly CLOSING = 2
  static readonly CONNECTING = 0
  static made: FakeSocket[] = []
  readyState = 0
  sent: { type: string }[] = []
  onopen?: () => void
  onclose?: ((event: object) => void) | null
  onmessage?: (message: { data: string }) => void
  constructor() {
    FakeSocket.made.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  async open() {
    this.readyState = 1
    this.onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    this.say({ type: 'connection_ack' })
    await vi.advanceTimersByTimeAsync(0)
  }
  async drop(code: number) {
    this.readyState = 3
    this.onclose?.({ code, reason: '' })
    await vi.advanceTimersByTimeAsync(0)
  }
}

const gone = vi.fn()

vi.mock('./session', () => ({
  goToSignIn: gone,
  loadViewer: async () => undefined,
  session: { peek: () => 'on' },
  viewer: { peek: () => null },
}))

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.made = []
})

async function connect() {
  await import('./socket')
  const { liveness } = await import('./connection')
  await vi.advanceTimersByTimeAsync(0)
  await FakeSocket.made[0]!.open()
  return liveness
}

test.each([1000, 1002, 1008, 1011, 1013, 4400, 4409, 4429, 4500])(
  'comes back after a close with code %i',
  async (code) => {
    const liveness = await connect()
    await FakeSocket.made[0]!.drop(code)
    expect(liveness.value).toBe('cut')
    await vi.advanceTimersByTimeAsync(6_000)
    expect(FakeSocket.made.length).toBe(2)
    await FakeSocket.made[1]!.open()
    expect(liveness.value).toBe('live')
  },
)

test('does not come back where the session has ended', async () => {
  await connect()
  await FakeSocket.made[0]!.drop(4401)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(FakeSocket.made.length).toBe(1)
  expect(gone).toHaveBeenCalled()
})

test('gives up a connection that is not made in time, and makes another', async () => {
  await import('./socket')
  await vi.advanceTimersByTimeAsync(16_000)
  expect(FakeSocket.made.length).toBe(2)
})

test('is not live from a second without an answer on, and is cut off after five', async () => {
  const liveness = await connect()
  await vi.advanceTimersByTimeAsync(5_900)
  expect(liveness.value).toBe('live')
  await vi.advanceTimersByTimeAsync(200)
  expect(liveness.value).toBe('catching-up')
  FakeSocket.made[0]!.say({ type: 'pong' })
  expect(liveness.value).toBe('live')
  await vi.advanceTimersByTimeAsync(10_100)
  expect(liveness.value).toBe('cut')
})

test('leaves nothing behind from attempts that failed', async () => {
  await connect()
  const [added, removed] = [vi.spyOn(window, 'addEventListener'), vi.spyOn(window, 'removeEventListener')]
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await FakeSocket.made.at(-1)!.drop(1006)
    await vi.advanceTimersByTimeAsync(6_000)
  }
  expect(added).toHaveBeenCalledTimes(4)
  expect(removed).toHaveBeenCalledTimes(4)
})
