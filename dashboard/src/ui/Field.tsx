// Labelled inputs of forms.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { asTyped, fromTyped } from '../format/number'
import { ui } from '../text/ui'
import styles from './Field.module.css'

interface Common {
  label: string
  hint?: string
  /** What is wrong with the value. */
  wrong?: string | undefined
}

function Framed({ id, label, hint, wrong, children }: Common & { id: string; children: ComponentChildren }) {
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {label}
      </label>
      {children}
      {hint && (
        <p class={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class={styles.wrong} id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  )
}

const described = (id: string, { hint, wrong }: Common) => ({
  'aria-describedby': [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': wrong ? true : undefined,
})

interface InputProps {
  required?: boolean
  disabled?: boolean
  placeholder?: string
  autocomplete?: string
  autofocus?: boolean
  maxLength?: number
  pattern?: string
  /** How a value is to be written; the browser says it where one does not fit the pattern. */
  title?: string
  inputMode?: 'numeric' | 'decimal'
  min?: number
  max?: number
}

interface MoneyFieldProps extends Common, Pick<InputProps, 'required' | 'disabled'> {
  value: string
  onValue(value: string): void
}

type Kind = 'text' | 'search' | 'email' | 'password' | 'url' | 'date' | 'datetime-local'

/** A line of text. `/` goes to the first one that is a search. */
export function TextField({
  label,
  hint,
  wrong,
  value,
  onValue,
  type = 'text',
  ...rest
}: Common & InputProps & { type?: Kind; value: string; onValue(value: string): void }) {
  const id = useId()
  const texts = { label, ...(hint ? { hint } : {}), wrong }
  return (
    <Framed id={id} {...texts}>
      <input
        {...(rest as object)}
        {...described(id, texts)}
        type={type as 'text'}
        id={id}
        class={styles.input}
        value={value}
        data-search={type === 'search' ? '' : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Framed>
  )
}

/** An amount of money, with at most four decimals: as the API takes it, whichever sign is typed before the decimals. */
export function MoneyField({ value, onValue, ...rest }: MoneyFieldProps) {
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      pattern="[0-9]*([.,][0-9]{1,4})?"
      title={ui.amount(asTyped('12.50'))}
      value={asTyped(value)}
      onValue={(typed) => onValue(fromTyped(typed))}
    />
  )
}

/** Some lines of text. */
export function TextAreaField({
  label,
  hint,
  wrong,
  value,
  onValue,
  ...rest
}: Common & InputProps & { value: string; onValue(value: string): void }) {
  const id = useId()
  const texts = { label, ...(hint ? { hint } : {}), wrong }
  return (
    <Framed id={id} {...texts}>
      <textarea
        {...(rest as object)}
        {...described(id, texts)}
        id={id}
        class={styles.input}
        rows={3}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Framed>
  )
}

const MOST = 2_147_483_647 // of a whole number, to the API

/** A whole number; null where nothing is entered. */
export function NumberField({
  label,
  hint,
  wrong,
  value,
  onValue,
  max = MOST,
  ...rest
}: Common & InputProps & { value: number | null; onValue(value: number | null): void }) {
  const id = useId()
  const texts = { label, ...(hint ? { hint } : {}), wrong }
  const read = (text: string) => onValue(text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text))
  return (
    <Framed id={id} {...texts}>
      <input
        inputMode={rest.min === undefined ? undefined : 'numeric'} // the digits of a phone have no sign
        step="1"
        max={max}
        {...(rest as object)}
        {...described(id, texts)}
        id={id}
        class={styles.input}
        type="number"
        value={value ?? ''}
        onInput={(event) => read(event.currentTarget.value)}
      />
    </Framed>
  )
}

/** One of a few values. */
export function SelectField<Value extends string>({
  label,
  hint,
  wrong,
  value,
  options,
  onValue,
  ...rest
}: Common &
  Pick<InputProps, 'required' | 'disabled'> & {
    value: Value
    options: readonly (readonly [Value, string])[]
    onValue(value: Value): void
  }) {
  const id = useId()
  const texts = { label, ...(hint ? { hint } : {}), wrong }
  return (
    <Framed id={id} {...texts}>
      <select
        {...(rest as object)}
        {...described(id, texts)}
        id={id}
        class={styles.input}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value as Value)}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </Framed>
  )
}

/** A box that is checked or not. */
export function CheckField({
  label,
  hint,
  value,
  onValue,
  disabled = false,
}: {
  label: string
  hint?: string
  value: boolean
  onValue(value: boolean): void
  disabled?: boolean
}) {
  const id = useId()
  return (
    <div class={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={value}
        disabled={disabled}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => onValue(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p class={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
