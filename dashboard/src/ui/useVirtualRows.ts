// Which rows of a long list are in view, by TanStack Virtual. Rows have one height. A list that is higher than browsers
// can scroll is scrolled at a larger scale.
import { observeElementRect, type VirtualItem, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

const MOST_PIXELS = 15_000_000 // Firefox ends at 17.8 million, Chromium at 33.5 million
const OVERSCAN = 4

export interface VirtualRows {
  items: readonly VirtualItem[]
  /** How high the box of all rows is. */
  height: number
  /** By how much the rows stand below their own place in the list: 0 but in a list of a larger scale. */
  shift: number
  /** How many rows fit. */
  pageSize: number
  /** Scroll as little as needed to show a row. */
  reveal(index: number): void
}

/** How positions of the list and of the scroll bar belong together. */
export class Scale {
  constructor(
    readonly count: number,
    readonly rowHeight: number,
    readonly view: number,
  ) {}

  get height(): number {
    return Math.min(this.count * this.rowHeight, MOST_PIXELS)
  }

  get factor(): number {
    const scrolled = this.height - this.view
    return scrolled > 0 ? Math.max(1, (this.count * this.rowHeight - this.view) / scrolled) : 1
  }

  /** Return the place in the list of a position of the scroll bar. */
  toList(scrollTop: number): number {
    return scrollTop * this.factor
  }

  /** Return the position of the scroll bar for a place in the list. */
  toBar(offset: number): number {
    return offset / this.factor
  }
}

/** Follow the scrolling of an element whose content begins with a head of some height. */
export function useVirtualRows(
  box: RefObject<HTMLDivElement | null>,
  {
    count,
    rowHeight,
    head,
  }: {
    count: number
    rowHeight: number
    head: number
  },
): VirtualRows {
  const [, setTurn] = useState(0)
  const scale = useRef(new Scale(count, rowHeight, 0))
  const virtualizer = useRef<Virtualizer<HTMLElement, HTMLElement>>(undefined)
  scale.current = new Scale(count, rowHeight, Math.max(0, (box.current?.clientHeight ?? 0) - head))

  virtualizer.current ??= new Virtualizer<HTMLElement, HTMLElement>({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    scrollToFn: () => undefined, // rows are revealed below
    observeElementRect,
    observeElementOffset: (_, report) => {
      const element = box.current
      if (!element) return undefined
      let rest: ReturnType<typeof setTimeout>
      const scrolled = () => {
        report(scale.current.toList(element.scrollTop), true)
        clearTimeout(rest)
        rest = setTimeout(() => report(scale.current.toList(element.scrollTop), false), 150)
      }
      element.addEventListener('scroll', scrolled, { passive: true })
      report(scale.current.toList(element.scrollTop), false)
      return () => (clearTimeout(rest), element.removeEventListener('scroll', scrolled))
    },
    overscan: OVERSCAN,
    onChange: () => setTurn((turn) => turn + 1),
  })
  const rows = virtualizer.current
  const size = useRef(rowHeight)
  if (rows.options.count !== count || size.current !== rowHeight) {
    size.current = rowHeight
    rows.setOptions({ ...rows.options, count, estimateSize: () => rowHeight }) // places all rows anew
    rows.measure()
  }

  useLayoutEffect(() => rows._didMount(), [])
  useLayoutEffect(() => rows._willUpdate())

  const scrollTop = box.current?.scrollTop ?? 0
  const isScaled = scale.current.factor > 1
  return {
    items: rows.getVirtualItems(),
    height: scale.current.height,
    shift: isScaled ? scrollTop - scale.current.toList(scrollTop) : 0,
    pageSize: Math.max(1, Math.floor(scale.current.view / rowHeight) - 1),
    reveal(index) {
      const element = box.current
      if (!element) return
      const { view } = scale.current
      const offset = scale.current.toList(element.scrollTop)
      const top = index * rowHeight
      if (top < offset) element.scrollTop = scale.current.toBar(top)
      else if (top + rowHeight > offset + view) element.scrollTop = scale.current.toBar(top + rowHeight - view)
    },
  }
}
