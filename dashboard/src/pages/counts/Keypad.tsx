// A keypad for one hand: the number that was counted, to be set or added.
import { useEffect, useRef, useState } from 'preact/hooks'
import { units } from '../../format/number'
import { common } from '../../text/common'
import { counts } from '../../text/counts'
import { ui } from '../../text/ui'
import { Button, IconButton } from '../../ui/Button'
import styles from './Keypad.module.css'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']
const MOST_DIGITS = 9

export function Keypad({
  onSet,
  onAdd,
  onClose,
}: {
  onSet(units: number): void
  onAdd(units: number): void
  onClose(): void
}) {
  const [typed, setTyped] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.form?.scrollIntoView({ block: 'nearest' })
  }, [])
  const press = (digit: string) => setTyped((before) => (before === '0' ? digit : before + digit).slice(0, MOST_DIGITS))
  const value = Number(typed || '0')
  const submit = (event: Event) => {
    event.preventDefault()
    if (typed) onSet(value)
  }
  return (
    <form class={styles.keypad} onSubmit={submit}>
      <div class={styles.head}>
        {/* The page has its own keys; a keyboard of the phone would cover them. */}
        <input
          ref={field}
          class={styles.value}
          inputMode="none"
          pattern="[0-9]*"
          value={typed}
          placeholder="0"
          aria-label={counts.digits}
          autocomplete="off"
          onInput={(event) => setTyped(event.currentTarget.value.replace(/\D/g, '').slice(0, MOST_DIGITS))}
        />
        <IconButton icon="close" label={common.close} onClick={onClose} />
      </div>
      <div class={styles.keys}>
        {DIGITS.map((digit) => (
          <button key={digit} type="button" class={styles.key} onClick={() => press(digit)}>
            {digit}
          </button>
        ))}
        <button
          type="button"
          class={styles.key}
          aria-label={counts.deleteDigit}
          onClick={() => setTyped(typed.slice(0, -1))}
        >
          ⌫
        </button>
        <button type="button" class={styles.key} onClick={() => press('0')}>
          0
        </button>
        <button type="button" class={styles.key} aria-label={ui.clear} onClick={() => setTyped('')}>
          C
        </button>
      </div>
      <div class={styles.actions}>
        <Button disabled={!typed || value === 0} onClick={() => onAdd(value)}>
          {counts.add(units(value))}
        </Button>
        <Button type="submit" kind="primary" disabled={!typed}>
          {counts.set(units(value))}
        </Button>
      </div>
    </form>
  )
}
