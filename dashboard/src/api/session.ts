// Whose session the page runs in.
import { signal } from '@preact/signals'
import { ViewerDocument, type ViewerQuery } from '../gql/graphql'
import { ON_PURPOSE, addressOf, rootPath } from './address'
import { request } from './request'

export type Viewer = ViewerQuery['viewer']
export type Scope = Viewer['scopes'][number]

/** Who is signed in; null until that is known. */
export const viewer = signal<Viewer | null>(null)

/** Tell whether the viewer may do what needs a scope. */
export const may = (scope: Scope): boolean => viewer.value?.scopes.includes(scope) ?? false

/** Ask who is signed in. Raises Problem. */
export async function loadViewer(): Promise<void> {
  viewer.value = (await request(ViewerDocument, {})).viewer
}

/** Leave for the sign-in page, which leads back here. */
export function goToSignIn(): void {
  const page = addressOf('sign-in')
  const here = location.pathname.slice(rootPath().length) + location.search
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
  location.assign(addressOf('sign-in'))
}
