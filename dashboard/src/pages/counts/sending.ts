// Sends what was counted whenever the server is there: soon after it was entered, when the connection comes back, and
// when the page is opened again. Of all open pages one at a time does it.
import { effect } from '@preact/signals'
import { addressOf } from '../../api/address'
import { connections } from '../../api/connection'
import { mutate, request } from '../../api/request'
import { isViewerKept, viewer } from '../../api/session'
import { CountRecordDocument, ViewerDocument } from '../../gql/graphql'
import { forgetCount, readCounts } from './database'
import type { Entry } from './entry'
import { drain, entries, load, type Rest, skew } from './queue'

const LOCK = 'stockpulse:sending'
const SKEW = 'stockpulse:clock-skew'
const TOLERATED = 3_000 // the server's clock is told in whole seconds
const PAUSES = [2_000, 4_000, 8_000, 15_000]

let timer: ReturnType<typeof setTimeout> | undefined
let dueAt = 0
let isSending = false
let isAskedAgain = false
let cuts = 0
let isStarted = false

async function send({ count, actor, at, sku, barcode, quantity, startsOver, key }: Entry): Promise<number> {
  const line = sku === null ? { barcode, quantity, startsOver } : { sku, quantity, startsOver }
  const { countRecord } = await mutate(CountRecordDocument, {
    input: { id: count, occurredAt: new Date(at).toISOString(), lines: [line], idempotencyKey: key },
  })
  noteSent?.(count, actor)
  return countRecord.count?.version ?? 0
}

/** Called after each entry that the server has taken. */
let noteSent: ((count: string, actor: string) => void) | undefined

/** Say what is to happen when the server has taken an entry. */
export const onSent = (listener: (count: string, actor: string) => void): void => void (noteSent = listener)

/** Send soon, or after so many milliseconds at the latest. */
export function sendSoon(after = 0): void {
  const at = Date.now() + after
  if (timer !== undefined && dueAt <= at) return // who scans on and on does not put it off
  clearTimeout(timer)
  dueAt = at
  timer = setTimeout(() => void turn(), after)
}

async function turn(): Promise<void> {
  timer = undefined
  if (isSending) {
    isAskedAgain = true
    return
  }
  isSending = true
  isAskedAgain = false
  const { after, isCut } = await work().catch((): Rest => ({ after: null, isCut: true }))
  isSending = false
  if (isCut) sendSoon(PAUSES[Math.min(cuts++, PAUSES.length - 1)])
  else {
    cuts = 0
    if (isAskedAgain || after !== null) sendSoon(after ?? 0)
  }
}

async function work(): Promise<Rest> {
  const actor = viewer.value?.actor
  if (actor === undefined || isViewerKept.value) return { after: null, isCut: false } // who signs in next, sends
  return alone(async () => {
    await load()
    const isWaiting = entries.value.some((entry) => entry.state === 'waiting' && entry.actor === actor)
    if (!isWaiting) return { after: null, isCut: false }
    return (await isStill(actor)) ? drain(actor, send) : { after: null, isCut: true }
  })
}

const alone = <Result>(work: () => Promise<Result>): Promise<Result> =>
  navigator.locks ? (navigator.locks.request(LOCK, work) as Promise<Result>) : work()

// Another page may have signed in as somebody else meanwhile.
async function isStill(actor: string): Promise<boolean> {
  try {
    return (await request(ViewerDocument, {})).viewer.actor === actor
  } catch {
    return false
  }
}

// A device whose clock is wrong would have the counted units compared with the record of another time.
async function measure(): Promise<void> {
  try {
    const before = Date.now()
    const response = await fetch(addressOf('livez'), { cache: 'no-store' })
    const told = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(told)) return
    const difference = told + 500 - (before + Date.now()) / 2
    skew.value = Math.abs(difference) < TOLERATED ? 0 : Math.round(difference)
    localStorage.setItem(SKEW, String(skew.value))
  } catch {
    // The last one holds.
  }
}

// Lists of finished counts, and of who was signed in before, are not kept on the device.
async function tidy(): Promise<void> {
  const actor = viewer.value?.actor
  for (const { id, head, actor: reader } of await readCounts())
    if (reader !== actor || head.state === 'POSTED' || head.state === 'CANCELLED') await forgetCount(id)
}

/** Begin to send, once per page. */
export function startSending(): void {
  if (isStarted) return
  isStarted = true
  skew.value = Number(localStorage.getItem(SKEW) ?? 0)
  void load()
  effect(() => {
    void connections.value // the server is back
    void viewer.value
    if (isViewerKept.value) return
    cuts = 0
    void measure().then(() => sendSoon())
    void tidy().catch(() => undefined)
  })
  addEventListener('online', () => sendSoon())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && sendSoon())
}
