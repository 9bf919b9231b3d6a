// The frame of each list of the settings: which of them are shown, what adds to them, their table and its pages.
import type { ComponentChildren } from 'preact'
import type { Query } from '../../api/query'
import { settings } from '../../text/settings'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/Field'
import { type PageInfo, Pager, type Pages } from '../../ui/Pager'
import { Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import styles from './Settings.module.css'

interface SettingsListProps<Data, Row> {
  label: string
  query: Query<Data>
  pages: Pages
  rowsOf(data: Data): { nodes: readonly Row[]; pageInfo: PageInfo }
  columns: readonly Column<Row>[]
  /** What is shown where there is none. */
  empty: ComponentChildren
  /** Whether those that are in use are shown, or those that are not any more. */
  isActive?: boolean
  /** What those are called that are not in use any more. */
  inactive?: string
  onActive?(isActive: boolean): void
  /** What the button says that adds one; there is none without it. */
  add?: string | undefined
  onAdd?(): void
  /** What is open over the list. */
  children?: ComponentChildren
}

export function SettingsList<Data, Row extends { id: string }>({
  label,
  query,
  pages,
  rowsOf,
  columns,
  empty,
  isActive,
  inactive = settings.inactive,
  onActive,
  add,
  onAdd,
  children,
}: SettingsListProps<Data, Row>) {
  return (
    <div class={styles.view}>
      {(onActive || add) && (
        <div class={styles.bar}>
          {onActive && (
            <SelectField
              label={settings.show}
              value={isActive ? 'active' : 'inactive'}
              options={[
                ['active', settings.active],
                ['inactive', inactive],
              ]}
              onValue={(value) => (onActive(value === 'active'), pages.reset())}
            />
          )}
          {add && (
            <Button kind="primary" icon="plus" onClick={onAdd}>
              {add}
            </Button>
          )}
        </div>
      )}
      <Loaded query={query}>
        {(data) => {
          const { nodes, pageInfo } = rowsOf(data)
          if (nodes.length === 0 && pages.after === null) return empty
          return (
            <div class={styles.table}>
              <Table label={label} columns={columns} rows={nodes} keyOf={({ id }) => id} />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }}
      </Loaded>
      {children}
    </div>
  )
}

/** Return the column of what can be done with a row. */
export const actionsOf = <Row,>(cell: (row: Row) => ComponentChildren): Column<Row> => ({
  id: 'actions',
  title: settings.actions,
  isTitleHidden: true,
  cell: (row) => <span class={styles.row}>{cell(row)}</span>,
})

/** A button of a row, which is read out with the name of what it is for. */
export function RowButton({
  text,
  of,
  isEdit,
  onClick,
}: {
  text: string
  of: string
  isEdit?: boolean
  onClick(): void
}) {
  return (
    <Button kind="quiet" {...(isEdit && { icon: 'edit' })} aria-label={`${text}: ${of}`} onClick={onClick}>
      {text}
    </Button>
  )
}

/** A name, and what is said of it in small letters. */
export function Named({ name, children }: { name: string; children?: ComponentChildren }) {
  return (
    <>
      <span class={styles.name}>{name}</span>
      {children && <span class={styles.sub}>{children}</span>}
    </>
  )
}
