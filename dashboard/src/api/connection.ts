// Whether what the page shows is live. One state for the whole page, derived from the websocket, from what its
// subscriptions have received since the connection, and from queries that were repeated because of it.
import { batch, computed, signal } from '@preact/signals'
import { present } from '../format/clock'

export type Liveness = 'connecting' | 'live' | 'catching-up' | 'cut'

const isConnected = signal(false)
const hasConnected = signal(false)
const outstanding = signal(0)

/** When the page was last cut off, as milliseconds of the epoch. */
export const cutSince = signal(present())

/** How often the connection was made: a change means that everything is read again. */
export const connections = signal(0)

/** How often the page had to begin anew, without anything that it knew before: pages have it in their keys. */
export const beginnings = signal(0)

/** Whether numbers on the page are as they are now. */
export const liveness = computed<Liveness>(() => {
  if (!isConnected.value) return hasConnected.value ? 'cut' : 'connecting'
  return outstanding.value > 0 ? 'catching-up' : 'live'
})

/** Note that the websocket has been acknowledged. */
export function noteConnected(): void {
  batch(() => {
    isConnected.value = true
    hasConnected.value = true
    connections.value += 1
  })
}

/** Note that the websocket is gone. */
export function noteCut(): void {
  if (isConnected.peek() || !hasConnected.peek()) cutSince.value = present()
  isConnected.value = false
}

/** Count something that must arrive before the page is live again; call what is returned when it has, once or more. */
export function awaited(): () => void {
  let isOpen = true
  outstanding.value += 1
  return () => {
    if (isOpen) outstanding.value -= 1
    isOpen = false
  }
}

/** Forget what the page shows, as it cannot be brought up to date. */
export function beginAnew(): void {
  beginnings.value += 1
}
