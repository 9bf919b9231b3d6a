// Whether the server has another build of this page by now. The page loads anew where that loses nothing.
import { effect, signal } from '@preact/signals'
import type { Problem } from './problem'

const RELOADED_AT = 'stockpulse:reloaded-at'
const ONCE_PER = 60_000 // during a rolling deployment old and new servers answer in turn

/** Whether a newer build is there. */
export const isOutdated = signal(false)

/** How many things are open that a reload would lose: dialogs, unsaved forms. */
export const unsaved = signal(0)

/** The build that this page is of. */
export const build = document.querySelector('meta[name="build"]')?.getAttribute('content') ?? ''

/** Compare the build that the server serves to that of this page. */
export function noteBuild(served: unknown): void {
  if (build !== 'dev' && typeof served === 'string' && served !== build) isOutdated.value = true
}

/** Take the error of a document that the server does not know: it has another build. */
export function noteUnknownDocument({ code }: Problem): void {
  if (code === 'PERSISTED_QUERY_NOT_FOUND') isOutdated.value = true
}

/** Load the page anew, at most once a minute. */
export function reload(): void {
  const age = Date.now() - Number(sessionStorage.getItem(RELOADED_AT) ?? 0)
  if (age >= 0 && age < ONCE_PER) {
    setTimeout(() => unsaved.peek() === 0 && reload(), ONCE_PER - age)
    return
  }
  sessionStorage.setItem(RELOADED_AT, String(Date.now()))
  location.reload()
}

effect(() => {
  if (isOutdated.value && unsaved.value === 0) reload()
})
