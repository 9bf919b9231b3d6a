// How the service worker answers a request.
//
// Rule: only the page's own files are kept. What the API answers is neither looked at nor kept.

/** `asset`: from what is kept, as its name has its hash. `page` and `file`: from the server, else from what is kept. */
export type Strategy = 'asset' | 'page' | 'file' | 'none'

/** The first parts of the pages' addresses, beside the first page itself. */
export const PAGES = [
  'stock',
  'items',
  'alerts',
  'orders',
  'reservations',
  'transfers',
  'suppliers',
  'counts',
  'insight',
  'settings',
  'wall',
]

/** Files beside the page that keep their names. */
export const FILES = [
  'icon.svg',
  'icon-192.png',
  'icon-512.png',
  'icon-maskable-512.png',
  'apple-touch-icon.png',
  'manifest.webmanifest',
]

interface Asked {
  method: string
  mode: string
  url: string
}

/** Return how a request is answered, by a worker of the scope. */
export function strategyOf({ method, mode, url }: Asked, scope: string): Strategy {
  if (method !== 'GET' || !url.startsWith(scope)) return 'none'
  const [path = ''] = url.slice(scope.length).split(/[?#]/)
  if (mode === 'navigate') return path === '' || PAGES.includes(path.split('/')[0]!) ? 'page' : 'none'
  if (path.startsWith('assets/')) return 'asset'
  return FILES.includes(path) ? 'file' : 'none'
}

/** Return the page's text for any address: it finds its files from the scope. */
export const rebased = (html: string, scope: string): string =>
  html.replace(/<base href="[^"]*">/, `<base href="${new URL(scope).pathname}">`)

/** Return the files of a page that its build does not have: those of another one. */
export function foreignFiles(html: string, files: readonly string[]): string[] {
  const named = [...html.matchAll(/(?:src|href)="(?:\.\/)?(assets\/[^"]+)"/g)].map((found) => found[1]!)
  return named.filter((name) => !files.includes(name))
}

/** Return the caches of the scope that are no longer needed: all but this build's and, for pages still open, the last. */
export function outgrown(names: readonly string[], prefix: string, current: string): string[] {
  return names.filter((name) => name.startsWith(prefix) && name !== current).slice(0, -1)
}
