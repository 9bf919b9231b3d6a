// Some of many: what is chosen stands below the field that adds to it.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { SettingsCategoriesDocument } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { IconButton } from '../../ui/Button'
import { LocationPicker } from '../../ui/CodePicker'
import { Combobox } from '../../ui/Combobox'
import { TextField } from '../../ui/Field'
import { ItemPicker } from '../../ui/ItemPicker'
import { useSettled } from '../../ui/useSettled'
import { listOf } from './parts'
import styles from './Settings.module.css'

interface ChosenProps {
  label: string
  hint?: string
  wrong?: string | undefined
  values: readonly string[]
  onValues(values: readonly string[]): void
}

type AdderProps = Pick<ChosenProps, 'label' | 'hint' | 'wrong'> & { onAdd(value: string): void }

function Chosen({
  adder: Adder,
  values,
  onValues,
  ...rest
}: ChosenProps & { adder(props: AdderProps): ComponentChildren }) {
  if (!may('CATALOG_READ')) return <Typed {...rest} values={values} onValues={onValues} />
  return (
    <div class={styles.chooser}>
      <Adder {...rest} onAdd={(value) => !values.includes(value) && onValues([...values, value])} />
      {values.length > 0 && (
        <ul class={styles.chosen} aria-label={rest.label}>
          {values.map((value) => (
            <li key={value} class={styles.chip}>
              {value}
              <IconButton
                icon="close"
                label={settings.takeAway(value)}
                onClick={() => onValues(values.filter((each) => each !== value))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Who may not read the catalogue types what they know. */
function Typed({ values, onValues, hint = '', ...rest }: ChosenProps) {
  const [text, setText] = useState(values.join(', '))
  const type = (typed: string) => {
    setText(typed)
    onValues(listOf(typed) ?? [])
  }
  return <TextField {...rest} hint={`${hint} ${settings.byCommas}`.trim()} value={text} onValue={type} />
}

function AddLocation({ onAdd, ...rest }: AdderProps) {
  return <LocationPicker {...rest} value={null} onValue={(code) => code && onAdd(code)} />
}

function AddItem({ onAdd, ...rest }: AdderProps) {
  return <ItemPicker {...rest} value={null} onValue={(item) => item && onAdd(item.sku)} />
}

function AddCategory({ onAdd, ...rest }: AdderProps) {
  const [typed, setTyped] = useState('')
  const { data, isLoading } = useQuery(SettingsCategoriesDocument, { beginning: useSettled(typed.trim()) || null })
  return (
    <Combobox
      {...rest}
      options={(data?.itemLabels ?? []).map(({ name }) => ({ id: name, text: name }))}
      isLoading={isLoading}
      onTyped={setTyped}
      value={null}
      onValue={(option) => option && onAdd(option.id)}
    />
  )
}

export const ChosenLocations = (props: ChosenProps) => <Chosen {...props} adder={AddLocation} />
export const ChosenItems = (props: ChosenProps) => <Chosen {...props} adder={AddItem} />
export const ChosenCategories = (props: ChosenProps) => <Chosen {...props} adder={AddCategory} />
