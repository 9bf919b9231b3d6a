// A button that opens a box below it. A click elsewhere or Escape closes it.
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import buttons from './Button.module.css'
import { classes } from './classes'
import styles from './Dropdown.module.css'
import { Icon, type IconName } from './icons'

export function Dropdown({
  label,
  icon,
  isSet = false,
  isIconOnly = false,
  end = false,
  children,
}: {
  label: string
  icon?: IconName
  /** Whether it holds something else than its default. */
  isSet?: boolean
  isIconOnly?: boolean
  /** Whether the box ends where the button does. */
  end?: boolean
  children: ComponentChildren
}) {
  const [isOpen, setOpen] = useState(false)
  const wrap = useRef<HTMLDivElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    if (!isOpen) return undefined
    const leave = (event: Event) => wrap.current?.contains(event.target as Node) || setOpen(false)
    const leaveByKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      wrap.current?.querySelector('button')?.focus()
    }
    addEventListener('pointerdown', leave)
    addEventListener('focusin', leave)
    addEventListener('keydown', leaveByKey)
    wrap.current?.querySelector<HTMLElement>('[data-box] input, [data-box] button, [data-box] select')?.focus()
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('focusin', leave)
      removeEventListener('keydown', leaveByKey)
    }
  }, [isOpen])
  return (
    <div class={styles.wrap} ref={wrap}>
      <button
        type="button"
        class={classes(buttons.button, isIconOnly && buttons.icon, isSet && styles.set)}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        {...(isIconOnly ? { 'aria-label': label, title: label } : {})}
        onClick={() => setOpen(!isOpen)}
      >
        {icon && <Icon name={icon} size={16} />}
        {!isIconOnly && <span class={styles.label}>{label}</span>}
        {!isIconOnly && <Icon name="down" size={14} />}
      </button>
      {isOpen && (
        <div id={id} data-box class={classes(styles.box, end && styles.end)} role="group" aria-label={label}>
          {children}
        </div>
      )}
    </div>
  )
}

/** Boxes to tick, one below the other. */
export function Ticks<Value extends string>({
  options,
  chosen,
  onChosen,
}: {
  options: readonly (readonly [Value, string])[]
  chosen: readonly Value[]
  onChosen(chosen: Value[]): void
}) {
  const tick = (value: Value) =>
    onChosen(options.map(([name]) => name).filter((name) => (name === value) !== chosen.includes(name)))
  return (
    <div class={styles.ticks}>
      {options.map(([value, text]) => (
        <label key={value} class={styles.tick}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => tick(value)} />
          <span>{text}</span>
        </label>
      ))}
    </div>
  )
}
