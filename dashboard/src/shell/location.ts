// The page's address as a signal, and how to go elsewhere. Paths are relative to the dashboard's first page.
import { signal } from '@preact/signals'
import { rootPath } from '../api/address'

export interface Place {
  /** Decoded segments of the path: `items/TEA-001` is `['items', 'TEA-001']`. */
  path: readonly string[]
  search: URLSearchParams
}

const root = rootPath()

// An address that somebody has typed or cut off may have escapes that are none.
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const read = (): Place => ({
  path: location.pathname.slice(root.length).split('/').filter(Boolean).map(decoded),
  search: new URLSearchParams(location.search),
})

/** Where the viewer is. */
export const place = signal<Place>(read())

/** Return the address of a page, such as `to('items', sku)`, with its parameters. */
export function to(...path: string[]): string {
  return root + path.map(encodeURIComponent).join('/')
}

/** Go to an address of the dashboard. One that is shown already is no further step for the browser's "back". */
export function go(address: string, { replaces = false } = {}): void {
  const isHere = new URL(address, location.href).href === location.href
  history[replaces || isHere ? 'replaceState' : 'pushState'](null, '', address)
  place.value = read()
  if (!replaces) scrollTo(0, 0)
}

/** Change parameters of the address in place: what is null or empty is left out. */
export function setSearch(changes: Record<string, string | null>): void {
  const search = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes))
    if (value) search.set(name, value)
    else search.delete(name)
  const text = search.toString()
  go(location.pathname + (text && `?${text}`), { replaces: true })
}

addEventListener('popstate', () => (place.value = read()))

// Links of the dashboard are followed without loading it anew.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
  const link = (event.target as Element).closest?.('a')
  if (!link?.href || link.target || link.origin !== location.origin || link.dataset.leaves !== undefined) return
  if (!link.pathname.startsWith(root)) return
  event.preventDefault()
  go(link.pathname + link.search + link.hash)
})
