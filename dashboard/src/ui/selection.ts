// Which rows are selected, by id: one, several, or a range from the last one to another.
import { type ReadonlySignal, signal } from '@preact/signals'

/** The rows that are selected, as they were when they were. */
export class Selection<Row extends { id: string }> {
  readonly #rows = signal<ReadonlyMap<string, Row>>(new Map())
  #anchor = 0

  /** The selected rows by id. */
  get rows(): ReadonlySignal<ReadonlyMap<string, Row>> {
    return this.#rows
  }

  has(id: string): boolean {
    return this.#rows.value.has(id)
  }

  /** Select the row of an index, or no longer; a range begins there. */
  toggle(index: number, row: Row): void {
    const next = new Map(this.#rows.peek())
    if (!next.delete(row.id)) next.set(row.id, row)
    this.#anchor = index
    this.#rows.value = next
  }

  /** Select all rows from where the range began to an index. Rows that are not loaded are left out. */
  extend(index: number, rowAt: (index: number) => Row | undefined): void {
    const next = new Map(this.#rows.peek())
    const [first, last] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)]
    for (let at = first; at <= last; at += 1) {
      const row = rowAt(at)
      if (row) next.set(row.id, row)
    }
    this.#rows.value = next
  }

  /** Begin a range at an index, if nothing is selected. */
  begin(index: number): void {
    if (this.#rows.peek().size === 0) this.#anchor = index
  }

  set(rows: Iterable<Row>): void {
    this.#rows.value = new Map([...rows].map((row) => [row.id, row]))
  }

  clear(): void {
    if (this.#rows.peek().size > 0) this.#rows.value = new Map()
  }
}
