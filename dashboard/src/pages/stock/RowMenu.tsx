// What can be done with one level, as a menu.
import { may, seesDocuments } from '../../api/session'
import { go, to } from '../../shell/location'
import { levels as text } from '../../text/levels'
import { stock } from '../../text/stock'
import type { IconName } from '../../ui/icons'
import { Menu } from '../../ui/Menu'
import type { ActionName } from './Dialogs'
import type { LevelRow } from './levelRow'

const ACTIONS: readonly { name: ActionName; icon: IconName }[] = [
  { name: 'adjust', icon: 'edit' },
  { name: 'transfer', icon: 'transfers' },
  { name: 'reclassify', icon: 'undo' },
  { name: 'policy', icon: 'settings' },
]

/** Return what the viewer may do with levels. A transfer is a document, which they must see. */
export const levelActions = () =>
  may('STOCK_WRITE') ? ACTIONS.filter(({ name }) => name !== 'transfer' || seesDocuments()) : []

export interface MenuPlace {
  row: LevelRow
  at: { x: number; y: number }
}

interface RowMenuProps extends MenuPlace {
  /** Whether the item is shown already. */
  isOnItem?: boolean
  onAction(name: ActionName): void
  onClose(): void
}

export function RowMenu({ row, at, isOnItem = false, onAction, onClose }: RowMenuProps) {
  const open = { text: stock.open, icon: 'stock' as const, onChoose: () => go(to('items', row.item.sku)) }
  const actions = levelActions().map(({ name, icon }) => ({ text: text[name], icon, onChoose: () => onAction(name) }))
  return (
    <Menu
      label={stock.actions(row.item.name)}
      at={at}
      items={isOnItem ? actions : [open, ...actions]}
      onClose={onClose}
    />
  )
}
