// The service worker: it keeps the files of the page, so that the page comes up while the server is away.
//
// Rule: a cache is of one build, and holds all of its files before it is used.
import { FILES, foreignFiles, outgrown, rebased, strategyOf } from './strategy'

interface Extended extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface Asking extends Extended {
  request: Request
  respondWith(response: Promise<Response>): void
}

interface Worker {
  registration: { scope: string }
  clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: Extended) => void): void
  addEventListener(type: 'fetch', listener: (event: Asking) => void): void
}

// Written by the build.
declare const BUILT_FILES: readonly string[]
declare const BUILT_VERSION: string

const PATIENCE = 4_000 // a page that is kept is better than one that does not come
const worker = self as unknown as Worker
const { scope } = worker.registration
const PREFIX = `stockpulse ${scope} `
const CACHE = PREFIX + BUILT_VERSION

async function install(): Promise<void> {
  try {
    const page = await fetch(scope, { cache: 'no-cache' })
    if (!page.ok || foreignFiles(await page.clone().text(), BUILT_FILES).length > 0)
      throw new Error('This build is no longer served')
    const cache = await caches.open(CACHE)
    await cache.put(scope, page)
    await cache.addAll([...BUILT_FILES, ...FILES].map((file) => scope + file))
  } catch (error) {
    await caches.delete(CACHE)
    throw error // the browser tries again
  }
  await worker.skipWaiting()
}

async function activate(): Promise<void> {
  await Promise.all(outgrown(await caches.keys(), PREFIX, CACHE).map((name) => caches.delete(name)))
  await worker.clients.claim()
}

const kept = (request: Request | string) => caches.match(request, { ignoreVary: true, ignoreSearch: true })

async function asset(request: Request): Promise<Response> {
  return (await kept(request)) ?? fetch(request)
}

async function file(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const found = await kept(request)
    if (!found) throw error
    return found
  }
}

// The server answers; a proxy before it may say that it does not.
const isAway = ({ status }: Response): boolean => status >= 502 && status <= 504

async function page(request: Request): Promise<Response> {
  const asked = fetch(request)
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE))
  const answer = await Promise.race([asked, late]).catch(() => undefined)
  if (answer && !isAway(answer)) return answer
  return (await shell()) ?? answer ?? asked
}

async function shell(): Promise<Response | undefined> {
  const cache = await caches.open(CACHE)
  const found = await cache.match(scope, { ignoreVary: true })
  if (!found) return undefined
  const headers = new Headers(found.headers)
  headers.delete('content-encoding') // the text is no longer that
  headers.delete('content-length')
  return new Response(rebased(await found.text(), scope), { headers })
}

const ANSWERS = { asset, file, page }

worker.addEventListener('install', (event) => event.waitUntil(install()))
worker.addEventListener('activate', (event) => event.waitUntil(activate()))
worker.addEventListener('fetch', (event) => {
  const strategy = strategyOf(event.request, scope)
  if (strategy !== 'none') event.respondWith(ANSWERS[strategy](event.request))
})
