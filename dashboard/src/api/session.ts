// Whose session the page runs in.
import { batch, signal } from '@preact/signals'
import { setCurrency } from '../format/number'
import { ViewerDocument, type ViewerQuery } from '../gql/graphql'
import { addressOf, ON_PURPOSE, rootPath } from './address'
import { beginAnew } from './connection'
import { request } from './request'

const KEPT = 'stockpulse:viewer'

export type Viewer = ViewerQuery['viewer']
export type Scope = Viewer['scopes'][number]

/** Who is signed in; null until that is known. */
export const viewer = signal<Viewer | null>(null)

/** Whether the viewer is who was signed in last on this device, as the server could not be asked. */
export const isViewerKept = signal(false)

/** Tell whether the viewer may do what needs a scope. */
export const may = (scope: Scope): boolean => viewer.value?.scopes.includes(scope) ?? false

/** Ask who is signed in. Raises Problem. */
export async function loadViewer(): Promise<void> {
  const { viewer: found } = await request(ViewerDocument, {})
  const text = JSON.stringify(found)
  const isAnother = viewer.peek() !== null && JSON.stringify(viewer.peek()) !== text
  localStorage.setItem(KEPT, text)
  setCurrency(found.currency)
  batch(() => {
    if (isAnother || viewer.peek() === null) viewer.value = found
    if (isAnother && !isViewerKept.peek()) beginAnew() // pages show what the viewer was allowed to see
    isViewerKept.value = false
  })
}

/** Take who was signed in last, so that counting goes on without the server. Returns whether they may count. */
export function takeKeptViewer(): boolean {
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Viewer | null
  if (!kept?.scopes.includes('COUNTING_READ')) return false
  setCurrency(kept.currency ?? null)
  batch(() => {
    viewer.value = kept
    isViewerKept.value = true
  })
  return true
}

/** Leave for the sign-in page, which leads back here. */
export function goToSignIn(): void {
  localStorage.removeItem(KEPT)
  const page = addressOf('sign-in')
  const here = location.pathname.slice(rootPath().length) + location.search + location.hash
  page.searchParams.set('next', here || './')
  location.assign(page)
}

/** End the session, and leave for the sign-in page. Raises Error where the server did not answer. */
export async function signOut(): Promise<void> {
  const response = await fetch(addressOf('auth/sign-out'), {
    method: 'POST',
    headers: ON_PURPOSE,
    credentials: 'same-origin',
  })
  if (!response.ok) throw new Error(String(response.status))
  localStorage.removeItem(KEPT)
  location.assign(addressOf('sign-in'))
}
