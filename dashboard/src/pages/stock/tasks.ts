// The requests behind what can be done with levels.
import { mutate } from '../../api/request'
import {
  type MovementReason,
  StockAdjustDocument,
  StockConfigureDocument,
  type StockLevelConfigureInput,
  StockReclassifyDocument,
  StockShipDocument,
  StockTransferDocument,
  StockWriteOffDocument,
  type UnavailableReason,
} from '../../gql/graphql'
import type { Answer, Task } from './bulk'

/** What is done to which level. */
export interface Target {
  id: string
  item: { sku: string; name: string }
  location: { code: string }
}

/** Why and on whose account, of any request. */
export interface Remarks {
  note?: string
  reference?: string
}

const LINES_AT_ONCE = 200 // few enough to show progress

function* chunks<Entry>(all: readonly Entry[], size: number): Generator<Entry[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

const placeOf = ({ item, location }: Target) => ({ sku: item.sku, location: location.code })

/** Add units to each level, or remove them. */
export const adjusting = <T extends Target>(
  targets: readonly T[],
  delta: number,
  reason: MovementReason,
  remarks: Remarks,
): Task<T>[] =>
  [...chunks(targets, LINES_AT_ONCE)].map((some) => ({
    targets: some,
    async perform(idempotencyKey) {
      const lines = some.map((target) => ({ ...placeOf(target), delta, reason }))
      const input = { ...remarks, lines, atomic: false, confirmOversell: false, idempotencyKey }
      const { stockAdjustMany } = await mutate(StockAdjustDocument, { input })
      return stockAdjustMany.results.map(({ userErrors: [error] }) => error && { refused: error.message })
    },
  }))

const each = <T extends Target>(
  targets: readonly T[],
  perform: (place: { sku: string; location: string; idempotencyKey: string }) => Promise<unknown>,
): Task<T>[] =>
  targets.map((target) => ({
    targets: [target],
    async perform(idempotencyKey) {
      await perform({ ...placeOf(target), idempotencyKey })
      return [undefined]
    },
  }))

/** Make units of each level unavailable for a reason, or available again: null is available. */
export const reclassifying = <T extends Target>(
  targets: readonly T[],
  change: { quantity: number; from: UnavailableReason | null; to: UnavailableReason | null } & Remarks,
): Task<T>[] => each(targets, (place) => mutate(StockReclassifyDocument, { input: { ...change, ...place } }))

/** Give up unavailable units of each level. */
export const writingOff = <T extends Target>(
  targets: readonly T[],
  change: { quantity: number; reason: UnavailableReason } & Remarks,
): Task<T>[] => each(targets, (place) => mutate(StockWriteOffDocument, { input: { ...change, ...place } }))

/** Set what each level is replenished by. */
export const configuring = <T extends Target>(
  targets: readonly T[],
  settings: Omit<StockLevelConfigureInput, 'sku' | 'location'>,
): Task<T>[] => each(targets, (place) => mutate(StockConfigureDocument, { input: { ...settings, ...place } }))

export interface Move<T> extends Remarks {
  quantityOf(target: T): number
  destination: string
  /** Whether the units leave at once; otherwise the transfers are drafts. */
  ships: boolean
}

/**
 * Move units to another location: one transfer per location they come from. Where one cannot be shipped it is a draft, and
 * `draftOnly` says so; the units are not asked for again.
 */
export function transferring<T extends Target>(
  targets: readonly T[],
  { quantityOf, destination, ships, ...remarks }: Move<T>,
  draftOnly: (why: string) => string,
): Task<T>[] {
  const perform = async (source: string, some: readonly T[], idempotencyKey: string): Promise<Answer[]> => {
    const lines = some.map((target) => ({ sku: target.item.sku, quantity: quantityOf(target) }))
    const input = { ...remarks, source, destination, lines, idempotencyKey }
    const { transferCreate } = await mutate(StockTransferDocument, { input })
    if (!ships || !transferCreate.transfer) return some.map(() => undefined)
    try {
      const ship = { id: transferCreate.transfer.id, idempotencyKey: `${idempotencyKey}-ship` }
      await mutate(StockShipDocument, { input: ship })
    } catch (error) {
      if (isRefusal(error)) return some.map(() => ({ but: draftOnly(error.message) }))
      throw error
    }
    return some.map(() => undefined)
  }
  const sources = [...new Set(targets.map(({ location }) => location.code))]
  return sources.flatMap((source) => {
    const there = targets.filter(({ location }) => location.code === source)
    return [...chunks(there, LINES_AT_ONCE)].map((some) => ({
      targets: some,
      perform: (key: string) => perform(source, some, key),
    }))
  })
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && 'userErrors' in error && (error.userErrors as unknown[]).length > 0
