// Which runs order for exactly the levels that were chosen: a run takes items times locations, so there is one for each location.

interface OfLevel {
  item: { sku: string }
  location: { code: string }
}

/** Return the SKUs of levels for each of their locations, each once. */
export function byLocation(levels: readonly OfLevel[]): { location: string; skus: string[] }[] {
  const found = new Map<string, Set<string>>()
  for (const { item, location } of levels)
    found.set(location.code, (found.get(location.code) ?? new Set()).add(item.sku))
  return [...found].map(([location, skus]) => ({ location, skus: [...skus] }))
}
