// Sets what levels are replenished by.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { asTyped, units } from '../../format/number'
import { StockLevelSettingsDocument, type StockLevelSettingsQuery } from '../../gql/graphql'
import { levels as text } from '../../text/levels'
import { stock } from '../../text/stock'
import { SelectField, TextField } from '../../ui/Field'
import { ActionDialog, type ActionProps } from './ActionDialog'
import styles from './Actions.module.css'
import { METHODS } from './filters'
import {
  type Entry,
  emptyForm,
  isWrong,
  NUMBER_NAMES,
  NUMBERS,
  type NumberName,
  type PolicyForm,
  settingsOf,
} from './policyForm'
import { configuring, type Target } from './tasks'
import { useRemarks } from './useRemarks'

/** What is in effect at the one level that is set; undefined where several are, or it is not read yet. */
type Now = NonNullable<StockLevelSettingsQuery['stockLevel']>['policy'] | undefined

interface SettingProps {
  name: NumberName
  entry: Entry
  now: Now
  onEntry(entry: Entry): void
}

function Setting({ name, entry, now, onEntry }: SettingProps) {
  const { min, max, isWhole } = NUMBERS[name]
  const value = now?.[name]
  const modes = [
    [
      'keep',
      value === undefined
        ? text.keep
        : text.keepNow(value === null ? null : isWhole ? units(value) : asTyped(String(value))),
    ],
    ['inherit', text.inherit],
    ['set', text.set],
  ] as const
  const isBad = entry.mode === 'set' && entry.value !== '' && isWrong(name, entry)
  return (
    <div class={styles.setting}>
      <SelectField
        label={stock.settings[name]}
        value={entry.mode}
        options={modes}
        onValue={(mode) => onEntry(mode === 'set' ? { mode, value: '' } : { mode })}
      />
      {entry.mode === 'set' && (
        <TextField
          label={text.value}
          value={entry.value}
          onValue={(value) => onEntry({ mode: 'set', value })}
          required
          inputMode={isWhole ? 'numeric' : 'decimal'}
          wrong={isBad ? text.between(String(min), String(max), isWhole) : undefined}
        />
      )}
    </div>
  )
}

/** The fields of a policy's form. */
export function PolicyFields({ form, now, onForm }: { form: PolicyForm; now?: Now; onForm(form: PolicyForm): void }) {
  const methods = [
    ['', now ? text.keepNow(stock.methods[now.method]) : text.keep],
    ['INHERIT', text.inherit],
    ...METHODS.map((name) => [name, stock.methods[name]] as const),
  ] as const
  return (
    <>
      <div class={styles.whole}>
        <SelectField
          label={stock.method}
          value={form.method}
          options={methods}
          onValue={(method) => onForm({ ...form, method })}
          {...(form.method && form.method !== 'INHERIT' ? { hint: stock.methodHints[form.method] } : {})}
        />
      </div>
      {NUMBER_NAMES.map((name) => (
        <Setting
          key={name}
          name={name}
          entry={form.numbers[name]}
          now={now}
          onEntry={(entry) => onForm({ ...form, numbers: { ...form.numbers, [name]: entry } })}
        />
      ))}
    </>
  )
}

export function PolicyDialog<T extends Target>({ targets, start, onClose }: ActionProps<T> & { start?: PolicyForm }) {
  const [form, setForm] = useState(start ?? emptyForm)
  const { remarks, fields } = useRemarks()
  const [only, ...others] = targets
  const one = only && others.length === 0 ? { sku: only.item.sku, location: only.location.code } : null
  const now = useQuery(StockLevelSettingsDocument, one).data?.stockLevel?.policy
  return (
    <ActionDialog
      title={text.policy}
      action={text.policy}
      targets={targets}
      onClose={onClose}
      done={text.configured}
      tasks={(open) => {
        const settings = settingsOf(form)
        return settings && configuring(open, { ...settings, ...remarks })
      }}
    >
      {() => (
        <>
          <PolicyFields form={form} now={now} onForm={setForm} />
          {fields}
        </>
      )}
    </ActionDialog>
  )
}
