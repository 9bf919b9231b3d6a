// What a page would draw, as lines.
interface Level {
  available: number
  item: { sku: string }
}

export function showLevels(levels: Iterable<Level>): void {
  const shown = [...levels].map(({ item, available }) => `${item.sku} ${available}`)
  console.log('LEVELS', shown.sort().join(', '))
}

export function showEvent(kind: string, { item, version }: { item: { sku: string }; version: number }): void {
  console.log(kind, item.sku, version)
}

export function showLine(line: { delta: number; item: { sku: string } } | null | undefined): void {
  if (line) console.log('LINE', line.item.sku, line.delta)
  else console.log('LEDGER begins here')
}
