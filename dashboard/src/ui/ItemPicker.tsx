// A field in which an item is chosen by its name, SKU or barcode.
import { useState } from 'preact/hooks'
import { useQuery } from '../api/query'
import { may } from '../api/session'
import { PickItemsDocument } from '../gql/graphql'
import { common } from '../text/common'
import { ui } from '../text/ui'
import { Combobox } from './Combobox'
import { TextField } from './Field'
import { useSettled } from './useSettled'

export interface PickedItem {
  sku: string
  name: string
}

interface ItemPickerProps {
  value: PickedItem | null
  onValue(item: PickedItem | null): void
  label?: string
  isLabelHidden?: boolean
  wrong?: string | undefined
  required?: boolean
  disabled?: boolean
}

/** Who may not read the catalogue types the SKU. */
export function ItemPicker(props: ItemPickerProps) {
  if (may('CATALOG_READ')) return <SearchedItem {...props} />
  const { value, onValue, label = 'SKU', isLabelHidden: _, ...rest } = props
  return (
    <TextField
      {...rest}
      label={label}
      value={value?.sku ?? ''}
      onValue={(sku) => onValue(sku ? { sku, name: sku } : null)}
    />
  )
}

function SearchedItem({ value, onValue, label = common.item, ...rest }: ItemPickerProps) {
  const [typed, setTyped] = useState('')
  const search = useSettled(typed.trim())
  const unnamed = value?.name === value?.sku ? value?.sku : undefined // of a link
  const found = useQuery(PickItemsDocument, { search: search || unnamed || null })
  const named = found.data?.items.nodes.find(({ sku }) => sku === unnamed)?.name
  const options = (found.data?.items.nodes ?? []).map(({ sku, name }) => ({ id: sku, text: name, hint: sku }))
  return (
    <Combobox
      {...rest}
      label={label}
      placeholder={ui.pickItem}
      options={options}
      isLoading={found.isLoading || search !== typed.trim()}
      onTyped={setTyped}
      value={value && { id: value.sku, text: named ?? value.name, hint: value.sku }}
      onValue={(option) => onValue(option && { sku: option.id, name: option.text })}
    />
  )
}
