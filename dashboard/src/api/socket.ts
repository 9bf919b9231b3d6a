// One websocket for all subscriptions of the page, which comes back whatever happens.
import { type Client, createClient } from 'graphql-ws'
import { addressOf } from './address'
import { build, noteBuild } from './build'
import { noteConnected, noteCut } from './connection'
import { goToSignIn } from './session'

const NOT_AUTHENTICATED = 4401
const PING_EVERY = 12_000
const PONG_WITHIN = 5_000
const SLEPT_AFTER = 3_000

interface Line {
  readyState: number
  send(text: string): void
}

let line: Line | undefined
let missingPong: ReturnType<typeof setTimeout> | undefined

function expectPong(within: number): void {
  clearTimeout(missingPong)
  missingPong = setTimeout(() => socket.terminate(), within)
}

function addressOfSocket(): string {
  const address = addressOf('graphql')
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}

// Soon at first, then within five seconds, and at another moment than all other pages.
async function pause(retries: number): Promise<void> {
  const longest = Math.min(5_000, 400 * 2 ** retries)
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.random() * longest)
    const now = () => (clearTimeout(timer), resolve())
    window.addEventListener('online', now, { once: true })
  })
}

export const socket: Client = createClient({
  url: addressOfSocket,
  connectionParams: { build },
  lazy: false, // a page that subscribes to nothing knows whether it is cut off, too
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: pause,
  keepAlive: PING_EVERY,
  onNonLazyError: () => undefined, // said by `closed`
  on: {
    connected: (opened, payload) => {
      line = opened as Line
      noteBuild(payload?.build)
      noteConnected()
    },
    ping: (isReceived) => {
      if (!isReceived) expectPong(PONG_WITHIN)
    },
    pong: (isReceived) => {
      if (isReceived) clearTimeout(missingPong)
    },
    closed: (event) => {
      clearTimeout(missingPong)
      noteCut()
      if ((event as { code?: number }).code === NOT_AUTHENTICATED) goToSignIn()
    },
  },
})

function look(): void {
  if (line?.readyState !== WebSocket.OPEN) return
  line.send('{"type":"ping"}')
  expectPong(1_000)
}

// A computer that slept, or a page that was frozen, finds out within a second whether its connection is still one.
let seen = Date.now()
setInterval(() => {
  const hasSlept = Date.now() - seen > SLEPT_AFTER
  seen = Date.now()
  if (hasSlept) look()
}, 1_000)
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
window.addEventListener('offline', () => socket.terminate())
