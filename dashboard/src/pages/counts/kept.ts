// A count as this device keeps it: what is to be counted, what the server knew last, and what is to be counted again.
import { computed, signal } from '@preact/signals'
import { Problem, unreachable } from '../../api/problem'
import { request } from '../../api/request'
import { may, viewer } from '../../api/session'
import {
  type CountHeadFragment,
  CountItemsDocument,
  type CountItemsQuery,
  CountTalliesDocument,
  type CountTalliesQuery,
} from '../../gql/graphql'
import { normalBarcode } from './barcode'
import { forgetCount, keepCount, keepItems, readCount, readItems } from './database'
import type { Unknown } from './unknown'

export interface KeptItem {
  sku: string
  name: string
  barcodes: readonly string[]
  /** Units on record when the list was read; null in a blind count. */
  onHand: number | null
}

/** A line of the count as the server knew it. */
export interface KeptLine {
  counted: number
  expected: number | null
  name: string
}

export interface KeptCount {
  id: string
  /** Who read it: nobody else sees it on this device. */
  actor: string
  head: CountHeadFragment
  lines: Record<string, KeptLine>
  readAt: number
  /** SKUs that are to be counted again: their next entry replaces the earlier ones. */
  recounts: readonly string[]
}

export interface KeptItems {
  count: string
  items: readonly KeptItem[]
  readAt: number
}

const ITEMS_GOOD_FOR = 3_600_000
const MOST_MATCHES = 30

/** One count, on this device. */
export class Book {
  readonly count = signal<KeptCount | undefined>(undefined)
  readonly items = signal<readonly KeptItem[]>([])
  /** When the list of items was read; null where there is none yet. */
  readonly itemsReadAt = signal<number | null>(null)
  readonly problem = signal<Problem | undefined>(undefined)
  readonly isMissing = signal(false)
  readonly isLoading = signal(true)
  /** Whether it can be told what a code means; until then, codes are to wait. */
  readonly canTell = computed(() => this.itemsReadAt.value !== null || !this.isLoading.value)
  /** Scanned codes that are on no list, until they are answered. */
  readonly unknown = signal<readonly Unknown[]>([])
  private bySku = new Map<string, KeptItem>()
  private byBarcode = new Map<string, KeptItem>()
  private reading: Promise<void> | undefined

  constructor(readonly id: string) {}

  /** Show what is kept. */
  async open(): Promise<void> {
    const [count, items] = await Promise.all([readCount(this.id), readItems(this.id)]).catch(() => [
      undefined,
      undefined,
    ])
    if (count?.actor !== viewer.value?.actor) return forgetCount(this.id).catch(() => undefined) // of somebody else
    if (count) this.count.value ??= count
    if (items && this.itemsReadAt.value === null) this.take(items)
  }

  /** Read the count from the server, and its items where the list is old, or `isAll`. Several calls at once are one. */
  read(isAll = false): Promise<void> {
    this.reading ??= this.readOnce(isAll).finally(() => {
      this.reading = undefined
      this.isLoading.value = false
    })
    return this.reading
  }

  private async readOnce(isAll: boolean): Promise<void> {
    try {
      const head = await this.readLines()
      if (!head) {
        this.isMissing.value = true
        return
      }
      const isOld = Date.now() - (this.itemsReadAt.value ?? 0) > ITEMS_GOOD_FOR
      if ((isAll || isOld) && head.state === 'OPEN' && may('STOCK_READ')) await this.readItems(head)
      this.problem.value = undefined
    } catch (error) {
      this.problem.value = error instanceof Problem ? error : unreachable()
    }
  }

  private async readLines(): Promise<CountHeadFragment | undefined> {
    let head: CountHeadFragment | undefined
    const lines: Record<string, KeptLine> = {}
    let after: string | null = null
    for (;;) {
      const answer: CountTalliesQuery = await request(CountTalliesDocument, { id: this.id, after })
      const count = answer.count
      if (!count) return undefined
      const { lines: page, ...rest } = count
      head ??= rest // of the first page: what is counted while the others are read is not taken for included
      for (const { counted, expected, item } of page.nodes) lines[item.sku] = { counted, expected, name: item.name }
      after = page.pageInfo.endCursor ?? null
      if (!page.pageInfo.hasNextPage) break
    }
    if ((this.count.value?.head.version ?? -1) <= head!.version)
      await this.change({
        id: this.id,
        actor: viewer.value!.actor,
        head: head!,
        lines,
        readAt: Date.now(),
        recounts: this.count.value?.recounts ?? [],
      })
    return head
  }

  private async readItems({ location, scope, isBlind }: CountHeadFragment): Promise<void> {
    const filter = {
      locations: [location.code],
      isArchived: false,
      ...(scope.category !== null && scope.category !== undefined && { category: scope.category }),
      ...(scope.tags.length > 0 && { tags: scope.tags }),
      ...(scope.skus && { skus: scope.skus }),
    }
    const items: KeptItem[] = []
    let after: string | null = null
    for (;;) {
      const { stockLevels }: CountItemsQuery = await request(CountItemsDocument, { filter, isBlind, after })
      for (const { item, onHand } of stockLevels.nodes) items.push({ ...item, onHand: onHand ?? null })
      after = stockLevels.pageInfo.endCursor ?? null
      if (!stockLevels.pageInfo.hasNextPage) break
    }
    const kept = { count: this.id, items, readAt: Date.now() }
    this.take(kept)
    await keepItems(kept).catch(() => undefined) // without room, it is there until the page is closed
  }

  private take({ items, readAt }: KeptItems): void {
    this.bySku = new Map(items.map((item) => [item.sku, item]))
    this.byBarcode = new Map(items.flatMap((item) => item.barcodes.map((code) => [normalBarcode(code), item] as const)))
    this.itemsReadAt.value = readAt
    this.items.value = items
  }

  private async change(count: KeptCount): Promise<void> {
    this.count.value = count
    await keepCount(count).catch(() => undefined)
  }

  /** Return the item of a SKU, if it is on the list. */
  item(sku: string): KeptItem | undefined {
    return this.bySku.get(sku)
  }

  /** Return the item that a scan or a whole SKU means, if it is on the list. */
  scanned(code: string): KeptItem | undefined {
    const wanted = code.trim()
    return this.byBarcode.get(normalBarcode(wanted)) ?? this.bySku.get(wanted) ?? this.bySku.get(wanted.toUpperCase())
  }

  /** Return items of which the name, SKU or barcode has each word. */
  found(typed: string): KeptItem[] {
    const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    const matches: KeptItem[] = []
    if (words.length === 0) return matches
    for (const item of this.items.value) {
      const text = `${item.name} ${item.sku} ${item.barcodes.join(' ')}`.toLocaleLowerCase()
      if (words.every((word) => text.includes(word)) && matches.push(item) === MOST_MATCHES) break
    }
    return matches
  }

  /** Note which items are to be counted again. */
  async recount(skus: readonly string[]): Promise<void> {
    const count = this.count.value
    if (count) await this.change({ ...count, recounts: [...new Set([...count.recounts, ...skus])] })
  }

  /** Note that an item was counted again. */
  async recounted(sku: string): Promise<void> {
    const count = this.count.value
    if (count?.recounts.includes(sku))
      await this.change({ ...count, recounts: count.recounts.filter((each) => each !== sku) })
  }
}
