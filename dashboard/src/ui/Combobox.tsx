// A field in which one of many is found by typing. What is offered comes from outside, at once or later; the list lies
// above everything, dialogs too. Keys: arrows, Enter, Escape; Home and End stay with the text.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { units } from '../format/number'
import { common } from '../text/common'
import { ui } from '../text/ui'
import { IconButton } from './Button'
import styles from './Combobox.module.css'
import { classes } from './classes'
import fieldStyles from './Field.module.css'

export interface Option {
  id: string
  text: string
  /** Beside the text: a code, a number. */
  hint?: string | undefined
}

const GAP = 4
const LEAST_HEIGHT = 160

export interface ComboboxProps {
  label: string
  /** Whether the label is only read out. */
  isLabelHidden?: boolean
  hint?: string
  wrong?: string | undefined
  value: Option | null
  onValue(option: Option | null): void
  /** What fits what was typed last; while it is loading, what fitted the text before, and cannot be chosen. */
  options: readonly Option[]
  isLoading?: boolean
  onTyped(text: string): void
  placeholder?: string
  required?: boolean
  disabled?: boolean
}

/** Return where the highlight goes from a place among so many, by a key; -1 is none. */
export function optionAfter(key: string, at: number, count: number): number {
  if (count === 0) return -1
  if (key === 'ArrowDown') return at + 1 >= count ? 0 : at + 1
  if (key === 'ArrowUp') return at <= 0 ? count - 1 : at - 1
  return Math.min(at, count - 1)
}

function usePlaced(
  isOpen: boolean,
  field: { current: HTMLElement | null },
  list: { current: HTMLElement | null },
): void {
  useEffect(() => {
    const shown = list.current
    if (!isOpen || !shown || !field.current) return undefined
    const place = () => {
      const { left, top, bottom, width } = field.current!.getBoundingClientRect()
      const below = innerHeight - bottom
      const isAbove = below < LEAST_HEIGHT && top > below
      shown.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`
      shown.style.width = `${width}px`
      shown.style.top = isAbove ? 'auto' : `${bottom + GAP}px`
      shown.style.bottom = isAbove ? `${innerHeight - top + GAP}px` : 'auto'
      shown.style.maxHeight = `${Math.min(320, (isAbove ? top : below) - 2 * GAP)}px`
    }
    shown.showPopover?.()
    place()
    addEventListener('scroll', place, true)
    addEventListener('resize', place)
    return () => {
      removeEventListener('scroll', place, true)
      removeEventListener('resize', place)
      if (shown.isConnected) shown.hidePopover?.()
    }
  }, [isOpen])
}

export function Combobox({
  label,
  isLabelHidden = false,
  hint,
  wrong,
  value,
  onValue,
  options,
  isLoading = false,
  onTyped,
  placeholder,
  required,
  disabled,
}: ComboboxProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState<string | null>(null) // null while nobody types: the value is shown
  const [at, setAt] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const [isAwaited, setAwaited] = useState(false) // Enter came before what fits the text
  usePlaced(isOpen, input, list)

  const current = Math.min(at, options.length - 1)
  useEffect(() => {
    input.current?.setCustomValidity(required && !value ? ui.choose : '')
  }, [required, value])
  useEffect(() => {
    if (isOpen && current >= 0)
      list.current?.querySelector(`#${CSS.escape(`${id}-${current}`)}`)?.scrollIntoView({ block: 'nearest' })
  }, [isOpen, current])

  useEffect(() => {
    if (!isAwaited || isLoading) return
    setAwaited(false)
    if (isOpen && current >= 0) choose(options[current]!)
    else if (document.activeElement !== input.current) close()
  }, [isAwaited, isLoading])

  const type = (text: string) => {
    setAwaited(false)
    setTyped(text)
    onTyped(text)
    setAt(text ? 0 : -1)
    setOpen(true)
  }
  const close = () => {
    setOpen(false)
    setTyped(null)
    setAt(-1)
    setAwaited(false)
  }
  const choose = (option: Option | null) => {
    onValue(option)
    close()
    onTyped('')
  }
  const open = () => {
    if (isOpen || disabled) return
    onTyped('')
    setOpen(true)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (isOpen) setAt(optionAfter(event.key, current, options.length))
      else open()
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault() // the form is not sent by choosing
      if (isLoading) setAwaited(true)
      else if (current >= 0) choose(options[current]!)
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault() // the dialog around it stays
      event.stopPropagation()
      close()
    }
  }
  const leave = () => {
    if (isAwaited) return // who types fast goes on to the next field before it is chosen
    if (typed === '' && value) onValue(null) // the text was deleted
    close()
  }
  const notes = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div class={fieldStyles.field}>
      <label class={classes(fieldStyles.label, isLabelHidden && 'visually-hidden')} for={id}>
        {label}
      </label>
      <div class={styles.frame}>
        <input
          ref={input}
          id={id}
          class={classes(fieldStyles.input, styles.input)}
          role="combobox"
          type="text"
          autocomplete="off"
          spellcheck={false}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && current >= 0 ? `${id}-${current}` : undefined}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={notes || undefined}
          aria-required={required}
          disabled={Boolean(disabled)}
          placeholder={placeholder ?? ui.typeToSearch}
          value={typed ?? value?.text ?? ''}
          onClick={open}
          onKeyDown={press}
          onInput={(event) => type(event.currentTarget.value)}
          onBlur={leave}
        />
        {value && !disabled && !required && (
          <span class={styles.clear}>
            <IconButton
              icon="close"
              label={`${ui.clear}: ${label}`}
              onClick={() => (choose(null), input.current?.focus())}
            />
          </span>
        )}
      </div>
      {/* A pointer on the list leaves the focus in the field. */}
      <div
        ref={list}
        id={`${id}-list`}
        popover="manual"
        class={styles.list}
        role="listbox"
        aria-label={label}
        tabIndex={-1} // else a list that can be scrolled is where Tab goes
        onMouseDown={(event) => event.preventDefault()}
      >
        {options.map((option, index) => (
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            aria-disabled={isLoading || undefined}
            class={styles.option}
            onClick={() => !isLoading && choose(option)}
            onPointerMove={() => setAt(index)}
          >
            <span class={styles.text}>{option.text}</span>
            {option.hint && <span class={styles.hint}>{option.hint}</span>}
          </div>
        ))}
        {options.length === 0 && (
          <div class={styles.none} role="option" aria-selected="false" aria-disabled="true">
            {isLoading ? common.loading : ui.nothingFound}
          </div>
        )}
      </div>
      <span class="visually-hidden" role="status">
        {isOpen && !isLoading ? ui.optionsFound(units(options.length)) : ''}
      </span>
      {hint && (
        <p class={fieldStyles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class={fieldStyles.wrong} id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  )
}
