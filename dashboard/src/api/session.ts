// Whose session the page runs in.
//
// Rule: what the page sends is done as whom it shows, or not at all: somebody else may sign in with the same browser.
import { batch, effect, signal } from '@preact/signals'
import { setCurrency } from '../format/number'
import { ViewerDocument, type ViewerQuery } from '../gql/graphql'
import { addressOf, ON_PURPOSE, rootPath } from './address'
import { unsaved } from './build'
import { beginAnew } from './connection'
import { request } from './request'

const KEPT = `stockpulse:viewer ${rootPath()}` // another installation may have the same origin

export type Viewer = ViewerQuery['viewer']
export type Scope = Viewer['scopes'][number]

/** Who is signed in; null until that is known. */
export const viewer = signal<Viewer | null>(null)

/** Whether the viewer sees documents that have lines of several items: who sees some categories only, sees none. */
export const seesDocuments = (): boolean => (viewer.value?.categories ?? null) === null

/** Whether the viewer is who was signed in last on this device, as the server could not be asked. */
export const isViewerKept = signal(false)

/** Tell whether the viewer may do what needs a scope. */
export const may = (scope: Scope): boolean => viewer.value?.scopes.includes(scope) ?? false

/** Whether the viewer sees a location, by its code. */
export const sees = (location: string): boolean => viewer.value?.locations?.includes(location) ?? true

let forget = async (): Promise<void> => undefined

/** Say how the device forgets what the viewer has seen, which is done when their session is over. */
export const onForgetting = (work: () => Promise<void>): void => void (forget = work)

const PATIENCE = 1_000

// Leaving does not wait for ever, nor for what cannot be done.
const forgotten = (): Promise<unknown> =>
  Promise.race([forget().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, PATIENCE))])

/** Whether the session goes on, is over, was begun anew in another tab, or is being ended by the viewer. */
export const session = signal<'on' | 'over' | 'renewed' | 'left'>('on')

/** The headers of an operation: that a page sends it on purpose, and whom it shows. */
export const headersOfViewer = (): Record<string, string> => ({
  ...ON_PURPOSE,
  ...(viewer.peek() && { 'stockpulse-viewer': encodeURIComponent(viewer.peek()!.actor) }),
})

/** Ask who is signed in, and what they may do by now. Raises Problem. */
export async function loadViewer(): Promise<void> {
  const { viewer: found } = await request(ViewerDocument, {})
  const text = JSON.stringify(found)
  const isAnother = viewer.peek() !== null && JSON.stringify(viewer.peek()) !== text
  if ((keptViewer()?.actor ?? found.actor) !== found.actor) await forgotten()
  localStorage.setItem(KEPT, text)
  setCurrency(found.currency)
  batch(() => {
    if (isAnother || viewer.peek() === null) viewer.value = found
    if (isAnother && !isViewerKept.peek()) beginAnew() // pages show what the viewer was allowed to see
    isViewerKept.value = false
    if (session.peek() === 'over') session.value = 'renewed'
  })
}

const keptViewer = () => JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Viewer | null

/** Take who was signed in last, so that counting goes on without the server. Returns whether they may count. */
export function takeKeptViewer(): boolean {
  const kept = keptViewer()
  if (!kept?.scopes.includes('COUNTING_READ')) return false
  setCurrency(kept.currency ?? null)
  batch(() => {
    viewer.value = kept
    isViewerKept.value = true
  })
  return true
}

/** The address of the sign-in page, which leads back here. */
export function signInAddress(): string {
  const page = addressOf('sign-in')
  const here = location.pathname.slice(rootPath().length) + location.search + location.hash
  page.searchParams.set('next', here || './')
  return page.href
}

/** Leave for the sign-in page, once nothing is open that this would lose. */
export function goToSignIn(): void {
  localStorage.removeItem(KEPT)
  if (session.peek() !== 'left') session.value = 'over'
}

effect(() => {
  if (unsaved.value > 0) return
  if (session.value === 'over') void forgotten().then(leave)
  else if (session.value === 'renewed') location.reload() // the connection has ended for good
})

// Unless somebody has signed in meanwhile.
function leave(): void {
  if (session.peek() === 'over' && unsaved.peek() === 0) location.assign(signInAddress())
}

// Who has signed in elsewhere comes back to finish what is open here.
document.addEventListener('visibilitychange', () => {
  if (session.peek() === 'over' && document.visibilityState === 'visible') void loadViewer().catch(() => undefined)
})

// A page that the browser had put away shows what its viewer saw.
addEventListener('pageshow', ({ persisted }) => persisted && session.peek() !== 'on' && location.reload())

/** End the session, and leave for the sign-in page. Raises Error where the server did not answer. */
export async function signOut(): Promise<void> {
  session.value = 'left' // before the connection ends by it
  try {
    const response = await fetch(addressOf('auth/sign-out'), {
      method: 'POST',
      headers: ON_PURPOSE,
      credentials: 'same-origin',
    })
    if (!response.ok) throw new Error(String(response.status))
  } catch (error) {
    session.value = 'on'
    throw error
  }
  localStorage.removeItem(KEPT)
  await forgotten()
  location.assign(addressOf('sign-in')) // without the way back: the next one may be somebody else
}
