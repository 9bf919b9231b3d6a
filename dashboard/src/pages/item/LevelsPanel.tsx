// How much of the item is where, as it is now.
import { useState } from 'preact/hooks'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'
import { Ago } from '../../ui/Ago'
import { StatusBadge } from '../../ui/Badge'
import { IconButton } from '../../ui/Button'
import { Panel } from '../../ui/Panel'
import { Empty } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { type ActionName, LevelAction } from '../stock/Dialogs'
import { Fitting } from '../stock/Fitting'
import type { LevelRow } from '../stock/levelRow'
import { type MenuPlace, RowMenu } from '../stock/RowMenu'
import { Ticking } from '../stock/Ticking'
import styles from './Item.module.css'

const counts = ['reserved', 'unavailable', 'incoming', 'backordered', 'reorderPoint'] as const

const titles = {
  reserved: common.reserved,
  unavailable: stock.unavailable,
  incoming: common.incoming,
  backordered: stock.backordered,
  reorderPoint: stock.reorderPoint,
}

export function LevelsPanel({ levels }: { levels: readonly LevelRow[] }) {
  const [menu, setMenu] = useState<MenuPlace>()
  const [action, setAction] = useState<{ name: ActionName; row: LevelRow }>()
  const total = (name: 'available' | 'onHand' | (typeof counts)[number]) =>
    units(levels.reduce((sum, level) => sum + level[name], 0))
  const hasTotals = levels.length > 1
  const columns: Column<LevelRow>[] = [
    {
      id: 'location',
      title: common.location,
      isMain: true,
      cell: ({ location }) => (
        <a href={`${to('stock')}?location=${encodeURIComponent(location.code)}`}>{location.code}</a>
      ),
      ...(hasTotals ? { foot: text.total } : {}),
    },
    { id: 'status', title: common.status, cell: ({ status }) => <StatusBadge status={status} /> },
    ...(['available', 'onHand'] as const).map((name) => ({
      id: name,
      title: common[name],
      isNumber: true,
      cell: (row: LevelRow) => (
        <span class={styles.ticking}>
          <Ticking row={row} of={name} />
        </span>
      ),
      ...(hasTotals ? { foot: total(name) } : {}),
    })),
    ...counts.map((name) => ({
      id: name,
      title: titles[name],
      isNumber: true,
      cell: (row: LevelRow) => <Fitting text={units(row[name])} class={row[name] === 0 && 'muted'} />,
      ...(hasTotals && name !== 'reorderPoint' ? { foot: total(name) } : {}),
    })),
    {
      id: 'method',
      title: stock.method,
      cell: ({ policy }) => <span class={styles.nowrap}>{stock.methods[policy.method]}</span>,
    },
    {
      id: 'changed',
      title: stock.changedAt,
      cell: ({ changedAt }) => (
        <span class={styles.nowrap}>
          <Ago at={changedAt} />
        </span>
      ),
    },
  ]
  if (may('STOCK_WRITE'))
    columns.push({
      id: 'menu',
      title: stock.actionsHead,
      isTitleHidden: true,
      cell: (row) => (
        <IconButton
          icon="more"
          label={stock.actions(row.location.code)}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect()
            setMenu({ row, at: { x: left, y: bottom } })
          }}
        />
      ),
    })
  return (
    <Panel title={text.levels} isFlush>
      {levels.length === 0 ? (
        <Empty icon="stock" title={text.noLevels}>
          {text.noLevelsHint}
        </Empty>
      ) : (
        <Table label={text.levels} columns={columns} rows={levels} keyOf={({ id }) => id} />
      )}
      {menu && (
        <RowMenu
          {...menu}
          isOnItem
          onAction={(name) => setAction({ name, row: menu.row })}
          onClose={() => setMenu(undefined)}
        />
      )}
      {action && <LevelAction name={action.name} targets={[action.row]} onClose={() => setAction(undefined)} />}
    </Panel>
  )
}
