// Fields in which a location or a supplier is chosen by its name or code. The value is the code.
import { useState } from 'preact/hooks'
import { useQuery } from '../api/query'
import { may } from '../api/session'
import { PickLocationsDocument, PickSuppliersDocument } from '../gql/graphql'
import { common } from '../text/common'
import { ui } from '../text/ui'
import { Combobox, type Option } from './Combobox'
import { TextField } from './Field'
import { fitting } from './pickers'
import { useSettled } from './useSettled'

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

const optionOf = ({ code, name }: Named) => ({ id: code, text: name, hint: code })

/** Return the option of a code, by its name where that is known. */
const chosenOf = (code: string | null, known: readonly (Named | null | undefined)[]): Option | null => {
  const named = known.find((each) => each?.code === code)
  return named ? optionOf(named) : code === null ? null : { id: code, text: code }
}

/** Who may not read the list types the code. */
function Typed({ value, onValue, label, isLabelHidden: _, ...rest }: CodePickerProps & { label: string }) {
  return <TextField {...rest} label={label} value={value ?? ''} onValue={(text) => onValue(text || null)} />
}

export function LocationPicker({ label = common.location, placeholder = ui.pickLocation, ...rest }: CodePickerProps) {
  const canRead = may('CATALOG_READ')
  const { data, isLoading } = useQuery(PickLocationsDocument, canRead ? {} : null)
  const [typed, setTyped] = useState('')
  if (!canRead) return <Typed {...rest} label={label} placeholder={placeholder} />
  const all = data?.locations.nodes ?? []
  return (
    <Combobox
      {...rest}
      label={label}
      placeholder={placeholder}
      options={fitting(all.map(optionOf), typed)}
      isLoading={isLoading}
      onTyped={setTyped}
      value={chosenOf(rest.value, all)}
      onValue={(option) => rest.onValue(option?.id ?? null)}
    />
  )
}

export function SupplierPicker({ label = ui.supplier, placeholder = ui.pickSupplier, ...rest }: CodePickerProps) {
  const canRead = may('PURCHASING_READ')
  const [typed, setTyped] = useState('')
  const search = useSettled(typed.trim())
  const chosen = rest.value ?? ''
  const asked = { search: search || null, chosen, isChosen: chosen !== '' }
  const { data, isLoading } = useQuery(PickSuppliersDocument, canRead ? asked : null)
  if (!canRead) return <Typed {...rest} label={label} placeholder={placeholder} />
  const found = data?.suppliers.nodes ?? []
  return (
    <Combobox
      {...rest}
      label={label}
      placeholder={placeholder}
      options={found.map(optionOf)}
      isLoading={isLoading || search !== typed.trim()}
      onTyped={setTyped}
      value={chosenOf(rest.value, [...found, data?.chosen])}
      onValue={(option) => rest.onValue(option?.id ?? null)}
    />
  )
}
