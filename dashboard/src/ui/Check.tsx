// A choice that is on or off.
import { useId } from 'preact/hooks'
import styles from './Check.module.css'

export function Check({
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
        type="checkbox"
        id={id}
        checked={value}
        disabled={disabled}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => onValue(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} class={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}
