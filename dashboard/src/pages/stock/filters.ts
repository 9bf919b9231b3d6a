// What the table is narrowed to, as the address has it.
import type { ReplenishmentMethod, StockLevelFilter, StockLevelOrder, StockStatus } from '../../gql/graphql'

export const STATUSES: readonly StockStatus[] = ['IN_STOCK', 'LOW', 'OUT']
export const METHODS: readonly ReplenishmentMethod[] = [
  'NONE',
  'MIN_MAX',
  'FIXED_QUANTITY',
  'PERIODIC',
  'DEMAND_BASED',
  'JUST_IN_TIME',
]

export interface Filters {
  search: string
  locations: readonly string[]
  statuses: readonly StockStatus[]
  category: string
  tags: readonly string[]
  methods: readonly ReplenishmentMethod[]
  /** Whether archived items are shown instead of the others. */
  isArchived: boolean
}

// A tag may have a comma, which also stands between tags.
const packed = (names: readonly string[]) =>
  names.map((name) => name.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
const unpacked = (text: string | null) =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'))

function among<Name extends string>(text: string | null, names: readonly Name[]): Name[] {
  const found = (text ?? '').toUpperCase().split(',')
  return names.filter((name) => found.includes(name))
}

/** Return the filters of an address. What it does not know is left out. */
export function filtersOf(search: URLSearchParams): Filters {
  return {
    search: search.get('q') ?? '',
    locations: unpacked(search.get('location')),
    statuses: among(search.get('status'), STATUSES),
    category: search.get('category') ?? '',
    tags: unpacked(search.get('tags')),
    methods: among(search.get('method'), METHODS),
    isArchived: search.get('archived') === 'yes',
  }
}

/** Return the parameters of an address for filters. */
export function searchOf(filters: Filters): Record<string, string | null> {
  return {
    q: filters.search.trim() || null,
    location: packed(filters.locations) || null,
    status: filters.statuses.join(',').toLowerCase() || null,
    category: filters.category || null,
    tags: packed(filters.tags) || null,
    method: filters.methods.join(',').toLowerCase() || null,
    archived: filters.isArchived ? 'yes' : null,
  }
}

/** Return the filter that the server takes. */
export function whereOf(filters: Filters): StockLevelFilter {
  const search = filters.search.trim()
  return {
    isArchived: filters.isArchived,
    ...(search ? { search } : {}),
    ...(filters.locations.length ? { locations: [...filters.locations] } : {}),
    ...(filters.statuses.length ? { statuses: [...filters.statuses] } : {}),
    ...(filters.category ? { category: filters.category } : {}),
    ...(filters.tags.length ? { tags: [...filters.tags] } : {}),
    ...(filters.methods.length ? { methods: [...filters.methods] } : {}),
  }
}

/** How many filters are set. */
export const countOf = (filters: Filters): number =>
  Object.values(searchOf(filters)).filter((value) => value !== null).length

interface Stateful {
  status: StockStatus
  policy: { method: ReplenishmentMethod }
  item: { isArchived: boolean }
}

/** Tell whether a level, which matched, still does: movements change its status, its method and whether it is archived. */
export function stillMatches({ statuses, methods, isArchived }: Filters, level: Stateful): boolean {
  return (
    (statuses.length === 0 || statuses.includes(level.status)) &&
    (methods.length === 0 || methods.includes(level.policy.method)) &&
    level.item.isArchived === isArchived
  )
}

const ORDERS: readonly StockLevelOrder[] = ['SKU', 'LOCATION', 'STATUS', 'AVAILABLE', 'ON_HAND', 'CHANGED_AT']

/** In which order levels are listed. */
export interface Order {
  by: StockLevelOrder
  isDescending: boolean
}

/** Return the order of an address. */
export const orderOf = (search: URLSearchParams): Order => ({
  by: among(search.get('sort'), ORDERS)[0] ?? 'SKU',
  isDescending: search.get('order') === 'desc',
})

/** Return the parameters of an address for an order by a column. */
export const sortedAs = (column: string, isDescending: boolean): Record<string, string | null> => ({
  sort: column === 'SKU' ? null : column.toLowerCase(),
  order: isDescending ? 'desc' : null,
})

/** Return the same for an order by a column, turned round where it is by that column already. */
export const sortedBy = (column: string, { by, isDescending }: Order): Record<string, string | null> =>
  sortedAs(column, column === by && !isDescending)
