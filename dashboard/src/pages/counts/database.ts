// What this device keeps: entries until they are sent, and the lists that scanning needs while the server is away.
//
// Rule: a promise of a change is kept only once the browser has written it to the disk.
import { rootPath } from '../../api/address'
import type { Entry } from './entry'
import type { KeptCount, KeptItems } from './kept'

const ENTRIES = 'entries'
const COUNTS = 'counts'
const ITEMS = 'items'
const VERSION = 1

/** The name of the database: of this installation, as another may have the same origin. */
export const databaseName = (): string => `stockpulse-counting ${rootPath()}`

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName(), VERSION)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ENTRIES, { keyPath: 'number', autoIncrement: true })
      request.result.createObjectStore(COUNTS, { keyPath: 'id' })
      request.result.createObjectStore(ITEMS, { keyPath: 'count' })
    }
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      request.result.onversionchange = () => close(request.result) // a newer build of the page wants to change it
      request.result.onclose = () => (opened = undefined)
      resolve(request.result)
    }
  })
  opened.catch(() => (opened = undefined))
  return opened
}

function close(database: IDBDatabase): void {
  database.close()
  opened = undefined
}

async function within<Result>(
  store: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore, done: (result: Result) => void) => void,
): Promise<Result> {
  const database = await open()
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: 'strict' })
    let result: Result
    transaction.oncomplete = () => resolve(result)
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The change was not kept', 'AbortError'))
    work(transaction.objectStore(store), (value) => (result = value))
  })
}

/** Return all entries in the order of sending. */
export const readEntries = (): Promise<Entry[]> =>
  within(ENTRIES, 'readonly', (store, done) => {
    const request = store.getAll()
    request.onsuccess = () => done(request.result)
  })

/** Add an entry at the end, and return it with its number. */
export const addEntry = (entry: Omit<Entry, 'number'>): Promise<Entry> =>
  within(ENTRIES, 'readwrite', (store, done) => {
    const request = store.add(entry)
    request.onsuccess = () => done({ ...entry, number: request.result as number })
  })

/**
 * Change an entry as it is now, whichever tab has changed it before, and return what it then is. What the change
 * returns is kept; the same entry leaves it alone, undefined removes it.
 */
export const alterEntry = (number: number, change: (entry: Entry) => Entry | undefined): Promise<Entry | undefined> =>
  within(ENTRIES, 'readwrite', (store, done) => {
    const request = store.get(number)
    request.onsuccess = () => {
      const before = request.result as Entry | undefined
      const after = before && change(before)
      if (before && !after) store.delete(number)
      else if (after && after !== before) store.put(after)
      done(after)
    }
  })

const all = <Kept>(name: string): Promise<Kept[]> =>
  within(name, 'readonly', (store, done) => {
    const request = store.getAll()
    request.onsuccess = () => done(request.result)
  })

const one = <Kept>(name: string, key: string): Promise<Kept | undefined> =>
  within(name, 'readonly', (store, done) => {
    const request = store.get(key)
    request.onsuccess = () => done(request.result)
  })

const put = (name: string, kept: object): Promise<void> => within(name, 'readwrite', (store) => void store.put(kept))

export const readCounts = (): Promise<KeptCount[]> => all(COUNTS)
export const readCount = (id: string): Promise<KeptCount | undefined> => one(COUNTS, id)
export const keepCount = (count: KeptCount): Promise<void> => put(COUNTS, count)
export const readItems = (count: string): Promise<KeptItems | undefined> => one(ITEMS, count)
export const keepItems = (items: KeptItems): Promise<void> => put(ITEMS, items)

/** Forget the lists of a count. Its entries stay until they are sent. */
export async function forgetCount(id: string): Promise<void> {
  await within(COUNTS, 'readwrite', (store) => void store.delete(id))
  await within(ITEMS, 'readwrite', (store) => void store.delete(id))
}

/** Forget all lists, and the entries that were sent: only what waits stays on the device. */
export async function forgetLists(): Promise<void> {
  await within(COUNTS, 'readwrite', (store) => void store.clear())
  await within(ITEMS, 'readwrite', (store) => void store.clear())
  await within(ENTRIES, 'readwrite', (store) => {
    const request = store.openCursor()
    request.onsuccess = () => {
      const cursor = request.result
      if ((cursor?.value as Entry | undefined)?.state === 'sent') cursor?.delete()
      cursor?.continue()
    }
  })
}
