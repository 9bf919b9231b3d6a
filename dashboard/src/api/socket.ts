// One websocket for all subscriptions of the page, which comes back whatever happens.
import { type Client, createClient } from 'graphql-ws'
import { addressOf } from './address'
import { build, noteBuild } from './build'
import { awaited, connections, noteConnected, noteCut } from './connection'
import { goToSignIn, loadViewer, session, viewer } from './session'

const NOT_AUTHENTICATED = 4401
const TRY_AGAIN_LATER = 1013
const CONNECT_WITHIN = 10_000
const PING_EVERY = 5_000
const DOUBTED_AFTER = 1_000
const ANSWER_WITHIN = 5_000
const ANSWER_AWAKE_WITHIN = 2_000
const LATE = 500
const SLEPT_AFTER = 3_000

interface Line {
  readyState: number
  send(text: string): void
}

let line: Line | undefined
let connecting: ReturnType<typeof setTimeout> | undefined
let silence: ReturnType<typeof setTimeout> | undefined
let settled = () => {}

/** What the server has sent says that the connection is one. */
function noteHeard(): void {
  clearTimeout(silence)
  settled()
}

// A page that asked for a sign of life, and has none yet, does not know whether what it shows is as it is now.
function doubt(within: number, mayBeLate = true): void {
  settled()
  settled = awaited()
  const due = Date.now() + within
  clearTimeout(silence)
  silence = setTimeout(() => {
    const isLate = Date.now() - due > LATE // the page was held up, and what came may not have been read
    if (isLate && mayBeLate) look(false)
    else socket.terminate()
  }, within)
}

function look(mayBeLate = true): void {
  if (line?.readyState !== WebSocket.OPEN) return
  line.send('{"type":"ping"}')
  doubt(ANSWER_AWAKE_WITHIN, mayBeLate)
}

// Once the session is over it is never known: the page is left, or loaded anew.
async function addressOfSocket(): Promise<string> {
  if (session.peek() !== 'on') await new Promise(() => undefined)
  const address = addressOf('graphql')
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}

// Soon at first, then within five seconds, and at another moment than all other pages.
async function pause(retries: number): Promise<void> {
  const longest = Math.min(5_000, 400 * 2 ** retries)
  await new Promise<void>((resolve) => {
    const now = () => {
      clearTimeout(timer)
      window.removeEventListener('online', now)
      resolve()
    }
    const timer = setTimeout(now, Math.random() * longest)
    window.addEventListener('online', now)
  })
}

/** Who is signed in may have changed while the page was cut off, and what they may do. */
function lookWhoItIs(): void {
  if (connections.peek() > 1) loadViewer().catch(() => undefined)
}

export const socket: Client = createClient({
  url: addressOfSocket,
  connectionParams: () => ({ build, ...(viewer.peek() && { viewer: viewer.peek()!.actor }) }),
  lazy: false, // a page that subscribes to nothing knows whether it is cut off, too
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: pause,
  keepAlive: PING_EVERY,
  onNonLazyError: () => undefined, // said by `closed`
  on: {
    connecting: () => {
      clearTimeout(connecting)
      connecting = setTimeout(() => socket.terminate(), CONNECT_WITHIN) // browsers wait for minutes
    },
    connected: (opened, payload) => {
      clearTimeout(connecting)
      line = opened as Line
      noteBuild(payload?.build)
      noteConnected()
      lookWhoItIs()
    },
    message: noteHeard,
    ping: (isReceived) => {
      if (isReceived) return
      clearTimeout(silence)
      silence = setTimeout(() => doubt(ANSWER_WITHIN - DOUBTED_AFTER), DOUBTED_AFTER)
    },
    closed: (event) => {
      clearTimeout(connecting)
      noteHeard()
      noteCut()
      if ((event as { code?: number }).code === NOT_AUTHENTICATED) goToSignIn()
      // Of other codes, those of proxies too, graphql-ws takes some as final; a page that is open for weeks does not.
      else Object.defineProperty(event, 'code', { value: TRY_AGAIN_LATER })
    },
  },
})

// A computer that slept, or a page that was frozen, finds out soon whether its connection is still one.
let seen = Date.now()
setInterval(() => {
  const hasSlept = Date.now() - seen > SLEPT_AFTER
  seen = Date.now()
  if (hasSlept) look()
}, 1_000)
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
window.addEventListener('offline', () => socket.terminate())
