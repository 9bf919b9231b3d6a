// A table of some hundred rows at most. On a phone each row is a card, headed by its main cell. What has more rows than
// that is a virtual table.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { ui } from '../text/ui'
import { classes } from './classes'
import styles from './Table.module.css'

export interface Column<Row> {
  id: string
  title: string
  /** Whether the cells are numbers: on the right, in figures of one width. */
  isNumber?: boolean
  /** Whether the cell heads the row: on a phone it is the card's title. */
  isMain?: boolean
  /** Whether the cells are names, which break where they are too long for the table. */
  isName?: boolean
  /** Whether the title is only read out, as that of buttons. */
  isTitleHidden?: boolean
  cell(row: Row): ComponentChildren
  /** The cell below the column, such as a sum. */
  foot?: ComponentChildren
}

export interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row): string
  /** What a row is called where it is selected. */
  nameOf?(row: Row): string
  /** Keys of the rows that are selected; with `onSelected`, rows can be. */
  selected?: ReadonlySet<string>
  onSelected?(keys: ReadonlySet<string>): void
  /** Whether a row is the one that is shown beside the table. */
  isCurrent?(row: Row): boolean
}

function Check({
  label,
  isChecked,
  isMixed = false,
  onToggle,
}: {
  label: string
  isChecked: boolean
  isMixed?: boolean
  onToggle(): void
}) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    box.current!.indeterminate = isMixed
  }, [isMixed])
  return (
    <label class={styles.check}>
      <input ref={box} type="checkbox" checked={isChecked} onChange={onToggle} />
      <span class="visually-hidden">{label}</span>
    </label>
  )
}

/** Return the keys with one more, or without it where it was among them. */
export function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}

// Roles are written out: a row that is shown as a card would lose those it has.
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
  nameOf = keyOf,
  selected,
  onSelected,
  isCurrent,
}: TableProps<Row>) {
  const id = useId()
  const keys = rows.map(keyOf)
  const chosen = selected ? keys.filter((key) => selected.has(key)).length : 0
  const all = () => onSelected?.(new Set(chosen === rows.length ? [] : keys))
  const hasFoot = columns.some(({ foot }) => foot !== undefined)
  return (
    <div class={styles.frame} role="region" aria-label={label} tabIndex={0}>
      <table class={styles.table} role="table" aria-label={label} id={id}>
        <thead role="rowgroup" class={styles.head}>
          <tr role="row">
            {onSelected && (
              <th role="columnheader" class={styles.choice}>
                <Check
                  label={ui.selectAll}
                  isChecked={chosen > 0 && chosen === rows.length}
                  isMixed={chosen > 0 && chosen < rows.length}
                  onToggle={all}
                />
              </th>
            )}
            {columns.map(({ id: name, title, isNumber, isTitleHidden }) => (
              <th key={name} role="columnheader" scope="col" class={classes(isNumber && 'number')}>
                <span class={classes(isTitleHidden && 'visually-hidden')}>{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr
              key={keys[index]}
              role="row"
              class={styles.row}
              aria-selected={onSelected ? selected?.has(keys[index]!) : undefined}
              aria-current={isCurrent?.(row) ? 'true' : undefined}
            >
              {onSelected && (
                <td role="cell" class={styles.choice}>
                  <Check
                    label={ui.select(nameOf(row))}
                    isChecked={selected?.has(keys[index]!) ?? false}
                    onToggle={() => onSelected(toggled(selected ?? new Set(), keys[index]!))}
                  />
                </td>
              )}
              {columns.map(({ id: name, title, isNumber, isMain, isName, isTitleHidden, cell }) => (
                <td
                  key={name}
                  role="cell"
                  class={classes(
                    isNumber && 'number',
                    isMain && styles.main,
                    isName && styles.name,
                    isTitleHidden && styles.actions,
                  )}
                  data-title={isMain || isTitleHidden ? undefined : title}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {hasFoot && (
          <tfoot role="rowgroup">
            <tr role="row" class={styles.row}>
              {onSelected && <td role="cell" />}
              {columns.map(({ id: name, title, isNumber, foot }) => (
                <td
                  key={name}
                  role="cell"
                  class={classes(isNumber && 'number', foot === undefined && styles.blank)}
                  data-title={title}
                >
                  {foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

/** The class of a link or button whose target is the row that it is in. */
export const wholeRow: string = styles.whole ?? ''
