// What a query and a subscription say of the same documents, as one: the newest version of each, whichever came first.
import { type ReadonlySignal, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'

export interface Versioned {
  id: string
  version: number
  /** When it was changed, for those that are kept only while they are among the newest. */
  updatedAt?: string
}

const MOST = 2_000 // of what stays when it is over, such as orders that were received
const MOST_REMEMBERED = 20_000 // of what was removed

/** Documents by their ids. Those who look are told once per frame, however many have changed. */
export class Collection<Node extends Versioned> {
  private readonly shown = signal<ReadonlyMap<string, Node>>(new Map())
  private readonly changes = new Map<string, Node | null>()
  private readonly versions = new Map<string, number>() // of those removed too, which nothing older brings back
  private isScheduled = false

  constructor(
    private readonly schedule: (show: () => void) => unknown = (show) => requestAnimationFrame(show),
    private readonly isOver?: (node: Node) => boolean,
  ) {}

  /** What is there, in the order of arrival. */
  get nodes(): ReadonlySignal<ReadonlyMap<string, Node>> {
    return this.shown
  }

  /** Whether anything has come, even if nothing is there any more. */
  get hasTaken(): boolean {
    return this.versions.size > 0
  }

  /** Take a document as it was at some time, or what says that it is not among them any more. */
  take(node: Node, isKept = true): void {
    const known = this.versions.get(node.id)
    if (known !== undefined && (known > node.version || (known === node.version && this.isSame(node, isKept)))) return
    this.versions.delete(node.id) // the last one to be forgotten
    this.versions.set(node.id, node.version)
    this.changes.set(node.id, isKept ? node : null)
    if (this.isScheduled) return
    this.isScheduled = true
    this.schedule(() => this.show())
  }

  // What follows from something else, such as whether a reservation is short, changes within a version, too.
  private isSame(node: Node, isKept: boolean): boolean {
    const change = this.changes.get(node.id)
    const known = change === undefined ? this.shown.peek().get(node.id) : change
    return known ? isKept && JSON.stringify(known) === JSON.stringify(node) : !isKept
  }

  private show(): void {
    this.isScheduled = false
    const next = new Map(this.shown.peek())
    for (const [id, node] of this.changes)
      if (node) next.set(id, node)
      else next.delete(id)
    this.changes.clear()
    this.forget(next)
    this.shown.value = next
  }

  // A page that is open for weeks sees more documents than anybody wants to keep.
  private forget(nodes: Map<string, Node>): void {
    if (this.isOver && nodes.size > MOST) {
      const over = [...nodes.values()].filter(this.isOver)
      over.sort((one, other) => (one.updatedAt ?? '').localeCompare(other.updatedAt ?? ''))
      for (const { id } of over.slice(0, nodes.size - MOST / 2)) nodes.delete(id)
    }
    if (this.versions.size <= nodes.size + MOST_REMEMBERED) return
    for (const id of this.versions.keys()) {
      if (this.versions.size <= nodes.size + MOST_REMEMBERED / 2) break
      if (!nodes.has(id)) this.versions.delete(id)
    }
  }
}

/** Return how many documents are in each state, as a text that is the same as long as they are. */
export function tally(nodes: ReadonlyMap<string, { state: string }>): string {
  const counts = new Map<string, number>()
  for (const { state } of nodes.values()) counts.set(state, (counts.get(state) ?? 0) + 1)
  return JSON.stringify([...counts].sort())
}

/** Return a collection that lives as long as a component shows the same thing. */
export function useCollection<Node extends Versioned>(
  of: string = '',
  isOver?: (node: Node) => boolean,
): Collection<Node> {
  return useMemo(() => new Collection<Node>(undefined, isOver), [of])
}
