// The present moment, for texts that tell how long ago something was: as the server has it, whatever the device says.
import { signal } from '@preact/signals'

const TOLERATED = 3_000 // the server tells whole seconds, and an answer takes its time

let ahead = 0

/** Milliseconds of the epoch, of this very moment. */
export const present = (): number => Date.now() + ahead

/** Milliseconds of the epoch, of this second. */
export const now = signal(present())

/** Note what the server's clock said, by the header of an answer to what was asked at a moment of the device. */
export function noteServerTime(told: string | null, askedAt: number): void {
  const moment = Date.parse(told ?? '')
  if (Number.isNaN(moment)) return
  const difference = moment + 500 - (askedAt + Date.now()) / 2
  if (Math.abs(difference - ahead) < TOLERATED + (Date.now() - askedAt) / 2) return
  ahead = Math.abs(difference) < TOLERATED ? 0 : Math.round(difference)
  now.value = present()
}

setInterval(() => document.hidden || (now.value = present()), 1_000)
document.addEventListener('visibilitychange', () => (now.value = present()))
