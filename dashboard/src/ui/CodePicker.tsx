// Fields in which a location or a supplier is chosen by its name or code. The value is the code.
import { useState } from 'preact/hooks'
import { useQuery } from '../api/query'
import { may } from '../api/session'
import { PickLocationsDocument, PickSuppliersDocument } from '../gql/graphql'
import { common } from '../text/common'
import { ui } from '../text/ui'
import { Combobox } from './Combobox'
import { TextField } from './Field'
import { fitting } from './pickers'

interface CodePickerProps {
  value: string | null
  onValue(code: string | null): void
  label?: string
  isLabelHidden?: boolean
  hint?: string
  wrong?: string | undefined
  required?: boolean
  disabled?: boolean
  placeholder?: string
}

interface Named {
  code: string
  name: string
}

function Picker({
  value,
  onValue,
  label,
  found,
  isLoading,
  ...rest
}: CodePickerProps & { label: string; found: readonly Named[]; isLoading: boolean }) {
  const [typed, setTyped] = useState('')
  const options = found.map(({ code, name }) => ({ id: code, text: name, hint: code }))
  const chosen = value === null ? null : (options.find(({ id }) => id === value) ?? { id: value, text: value })
  return (
    <Combobox
      {...rest}
      label={label}
      options={fitting(options, typed)}
      isLoading={isLoading}
      onTyped={setTyped}
      value={chosen}
      onValue={(option) => onValue(option?.id ?? null)}
    />
  )
}

/** Who may not read the list types the code. */
function Typed({ value, onValue, label, isLabelHidden: _, ...rest }: CodePickerProps & { label: string }) {
  return <TextField {...rest} label={label} value={value ?? ''} onValue={(text) => onValue(text || null)} />
}

export function LocationPicker({ label = common.location, placeholder = ui.pickLocation, ...rest }: CodePickerProps) {
  const canRead = may('CATALOG_READ')
  const { data, isLoading } = useQuery(PickLocationsDocument, canRead ? {} : null)
  if (!canRead) return <Typed {...rest} label={label} placeholder={placeholder} />
  return (
    <Picker
      {...rest}
      label={label}
      placeholder={placeholder}
      found={data?.locations.nodes ?? []}
      isLoading={isLoading}
    />
  )
}

export function SupplierPicker({ label = ui.supplier, placeholder = ui.pickSupplier, ...rest }: CodePickerProps) {
  const canRead = may('PURCHASING_READ')
  const { data, isLoading } = useQuery(PickSuppliersDocument, canRead ? {} : null)
  if (!canRead) return <Typed {...rest} label={label} placeholder={placeholder} />
  return (
    <Picker
      {...rest}
      label={label}
      placeholder={placeholder}
      found={data?.suppliers.nodes ?? []}
      isLoading={isLoading}
    />
  )
}
