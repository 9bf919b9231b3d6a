// The present moment, for texts that tell how long ago something was.
import { signal } from '@preact/signals'

/** Milliseconds of the epoch, of this second. */
export const now = signal(Date.now())

setInterval(() => document.hidden || (now.value = Date.now()), 1_000)
document.addEventListener('visibilitychange', () => (now.value = Date.now()))
