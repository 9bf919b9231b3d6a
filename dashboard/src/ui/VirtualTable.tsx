// A table of any length: only the rows in view are in the document. One Tab reaches it; arrows move, Space selects, Enter opens.
import { Component, type ComponentChildren, type RefObject } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { common } from '../text/common'
import { classes } from './classes'
import { Icon } from './icons'
import type { Selection } from './selection'
import { useVirtualRows } from './useVirtualRows'
import styles from './VirtualTable.module.css'

export interface Column<Row> {
  id: string
  head: string
  /** In pixels; the least, where it grows. */
  width: number
  /** Whether it takes room that is left. */
  grows?: boolean
  isNumber?: boolean
  isSortable?: boolean
  /** What is shown instead of the head where that is only to be read out. */
  isHeadHidden?: boolean
  /** Whether it stays at the end when the others are scrolled. */
  isEnd?: boolean
  cell(row: Row): ComponentChildren
}

export interface Sort {
  column: string
  isDescending: boolean
}

export interface VirtualTableProps<Row extends { id: string }> {
  label: string
  columns: readonly Column<Row>[]
  /** How many rows there are, loaded or not. */
  count: number
  /** A row, or undefined until it is loaded. A row that has changed is another object. */
  rowAt(index: number): Row | undefined
  rowHeight: number
  selection?: Selection<Row> | undefined
  sort?: Sort | undefined
  onSort?: ((column: string) => void) | undefined
  /** The rows from the first to the last are in view. */
  onView?: ((first: number, last: number) => void) | undefined
  onOpen?: ((row: Row) => void) | undefined
  /** Somebody asks for what can be done with a row, at a place of the window. */
  onMenu?: ((row: Row, at: { x: number; y: number }) => void) | undefined
  /** What a row is named, for its checkbox. */
  nameOf?: ((row: Row) => string) | undefined
  /** Rows that are shown as no longer of the list. */
  isFaded?: ((row: Row) => boolean) | undefined
  class?: string | undefined
}

const HEAD = 36
const CHECK = 40

const widthOf = <Row,>({ width, grows }: Column<Row>) => (grows ? `minmax(${width}px, ${width}fr)` : `${width}px`)

/** Show rows by columns. The first column stays when the others are scrolled. */
export function VirtualTable<Row extends { id: string }>(props: VirtualTableProps<Row>) {
  const { label, columns, count, rowAt, rowHeight, selection, onView } = props
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const [active, setActive] = useState(0)
  const rows = useVirtualRows(box, { count, rowHeight, head: HEAD })
  const pool = useRef(1)
  pool.current = Math.max(pool.current, rows.items.length)
  const first = rows.items[0]?.index ?? 0
  const last = rows.items.at(-1)?.index ?? 0
  const current = Math.min(active, count - 1)
  const selected = selection?.rows.value

  useEffect(() => onView?.(first, last), [first, last, count, onView])

  const template = [...(selection ? [`${CHECK}px`] : []), ...columns.map(widthOf)].join(' ')
  const width = columns.reduce((sum, column) => sum + column.width, selection ? CHECK : 0)
  const press = (event: KeyboardEvent) => {
    if (event.target !== box.current) return
    const row = rowAt(current)
    const to = targetOf(event, { current, count, pageSize: rows.pageSize })
    if (to !== undefined) {
      event.preventDefault()
      if (event.shiftKey) {
        selection?.begin(current)
        selection?.extend(to, rowAt)
      }
      setActive(to)
      rows.reveal(to)
    } else if (event.key === ' ') {
      event.preventDefault()
      if (row) event.shiftKey ? selection?.extend(current, rowAt) : selection?.toggle(current, row)
    } else if (event.key === 'Enter' && row) props.onOpen?.(row)
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row && props.onMenu) {
      event.preventDefault()
      props.onMenu(row, placeOf(document.getElementById(`${id}-${current}`)))
    } else if (event.key === 'Escape' && selected?.size) {
      event.stopPropagation()
      selection?.clear()
    }
  }
  const pick = (index: number, event: MouseEvent) => {
    setActive(index)
    const row = rowAt(index)
    if (!row) return
    if (event.shiftKey) selection?.extend(index, rowAt)
    else selection?.toggle(index, row)
  }
  const latest = useRef({ pick, setActive, ...props })
  latest.current = { pick, setActive, ...props }

  return (
    <div
      ref={box}
      class={classes(styles.box, props.class)}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-multiselectable={selection ? true : undefined}
      onKeyDown={press}
      aria-activedescendant={current >= first && current <= last ? `${id}-${current}` : undefined}
      style={{ '--columns': template, '--least': `${width}px`, '--row': `${rowHeight}px` } as never}
    >
      <div role="rowgroup" class={styles.heads}>
        <Head {...props} />
      </div>
      <div role="rowgroup" class={styles.rows} style={{ height: `${rows.height}px` }}>
        {rows.items.map(({ index, start }) => {
          const row = rowAt(index)
          return (
            <TableRow
              key={index % pool.current} // a row that leaves at one end comes in at the other, with its elements
              id={`${id}-${index}`}
              index={index}
              row={row}
              top={start + rows.shift}
              columns={columns as readonly Column<never>[]}
              isActive={index === current}
              isSelected={row !== undefined && (selected?.has(row.id) ?? false)}
              isFaded={row !== undefined && (props.isFaded?.(row) ?? false)}
              isSelectable={selection !== undefined}
              host={latest as never}
              box={box}
            />
          )
        })}
      </div>
    </div>
  )
}

function Head<Row extends { id: string }>({ columns, selection, sort, onSort, count, rowAt }: VirtualTableProps<Row>) {
  const selected = selection?.rows.value.size ?? 0
  const all = () => {
    if (selected > 0) return selection?.clear()
    const loaded: Row[] = []
    for (let index = 0; index < count; index += 1) {
      const row = rowAt(index)
      if (row) loaded.push(row)
    }
    return selection?.set(loaded)
  }
  return (
    <div role="row" aria-rowindex={1} class={styles.head}>
      {selection && (
        <div role="columnheader" class={classes(styles.check, styles.stays)}>
          <input
            type="checkbox"
            aria-label={common.all}
            checked={selected > 0 && selected >= count}
            ref={(input) => void (input && (input.indeterminate = selected > 0 && selected < count))}
            onChange={all}
          />
        </div>
      )}
      {columns.map((column, at) => {
        const direction = sort?.column === column.id ? (sort.isDescending ? 'descending' : 'ascending') : undefined
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={at + 1}
            aria-sort={direction ?? (column.isSortable ? 'none' : undefined)}
            class={classes(
              styles.cell,
              column.isNumber && styles.number,
              at === 0 && styles.stays,
              column.isEnd && styles.end,
              at === 0 && selection && styles.second,
            )}
          >
            {column.isSortable && onSort ? (
              <button type="button" class={styles.sort} onClick={() => onSort(column.id)}>
                <span>{column.head}</span>
                {direction && <Icon name={direction === 'ascending' ? 'up' : 'down'} size={12} />}
              </button>
            ) : (
              <span class={column.isHeadHidden ? 'visually-hidden' : undefined}>{column.head}</span>
            )}
          </div>
        )
      })}
    </div>
  )
}

interface Host {
  pick(index: number, event: MouseEvent): void
  setActive(index: number): void
  onMenu?: (row: { id: string }, at: { x: number; y: number }) => void
  onOpen?: (row: { id: string }) => void
  nameOf?: (row: { id: string }) => string
}

interface RowProps {
  id: string
  index: number
  row: { id: string } | undefined
  top: number
  columns: readonly Column<never>[]
  isActive: boolean
  isSelected: boolean
  isFaded: boolean
  isSelectable: boolean
  host: { current: Host }
  box: RefObject<HTMLDivElement | null>
}

/** Tell whether a click is for what lies in the row rather than for the row. */
export const isForItself = (event: MouseEvent): boolean =>
  (event.target as Element).closest('a, button, input') !== null

/** A row, which is rendered again only where something about it has changed. */
class TableRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props
    return (
      next.row !== now.row ||
      next.top !== now.top ||
      next.columns !== now.columns ||
      next.isActive !== now.isActive ||
      next.isSelected !== now.isSelected ||
      next.isFaded !== now.isFaded ||
      next.index !== now.index
    )
  }

  #click = (event: MouseEvent) => {
    const { host, index, box, row } = this.props
    if (isForItself(event)) return
    host.current.setActive(index)
    box.current?.focus({ preventScroll: true })
    if (row && (event.shiftKey || event.ctrlKey || event.metaKey)) host.current.pick(index, event)
  }

  #open = (event: MouseEvent) => {
    const { host, row } = this.props
    if (row && !isForItself(event)) host.current.onOpen?.(row)
  }

  #menu = (event: MouseEvent) => {
    const { host, index, row } = this.props
    if (!row || !host.current.onMenu) return
    event.preventDefault()
    host.current.setActive(index)
    host.current.onMenu(row, { x: event.clientX, y: event.clientY })
  }

  render({ id, index, row, top, columns, isActive, isSelected, isFaded, isSelectable, host }: RowProps) {
    return (
      <div
        role="row"
        id={id}
        aria-rowindex={index + 2}
        aria-selected={isSelectable ? isSelected : undefined}
        onClick={this.#click}
        onDblClick={this.#open}
        onContextMenu={this.#menu}
        class={classes(styles.row, isActive && styles.active, isSelected && styles.selected, isFaded && styles.faded)}
        style={{ transform: `translateY(${top}px)` }}
      >
        {isSelectable && (
          <div role="gridcell" class={classes(styles.check, styles.stays)}>
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isSelected}
              disabled={!row}
              aria-label={(row && host.current.nameOf?.(row)) ?? common.loading}
              onClick={(event) => row && host.current.pick(index, event)}
            />
          </div>
        )}
        {columns.map((column, at) => (
          <div
            key={column.id}
            role="gridcell"
            aria-colindex={at + 1}
            class={classes(
              styles.cell,
              column.isNumber && styles.number,
              at === 0 && styles.stays,
              column.isEnd && styles.end,
              at === 0 && isSelectable && styles.second,
            )}
          >
            {row ? column.cell(row as never) : <span class={styles.loading} />}
          </div>
        ))}
      </div>
    )
  }
}

/** Return the row that a key goes to, or undefined for other keys. */
export function targetOf(
  { key }: { key: string },
  { current, count, pageSize }: { current: number; count: number; pageSize: number },
): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + pageSize,
    PageUp: current - pageSize,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key]
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}

function placeOf(element: Element | null): { x: number; y: number } {
  const { left, bottom } = element?.getBoundingClientRect() ?? { left: 0, bottom: 0 }
  return { x: Math.max(left, 0) + CHECK, y: bottom }
}
