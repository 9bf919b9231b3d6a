// Short messages on what was done.
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { classes } from './classes'
import { Icon } from './icons'
import styles from './Toasts.module.css'

interface Toast {
  id: number
  text: string
  tone: 'good' | 'bad'
}

const SHOWN_FOR = 6_000
const MOST = 4

const toasts = signal<readonly Toast[]>([])
let count = 0

/** Tell that something was done, or was not. */
export function tell(text: string, tone: Toast['tone'] = 'good'): void {
  const id = (count += 1)
  toasts.value = [...toasts.value.slice(1 - MOST), { id, text, tone }]
  setTimeout(() => (toasts.value = toasts.value.filter((toast) => toast.id !== id)), SHOWN_FOR)
}

export function Toasts() {
  const list = useRef<HTMLDivElement>(null)
  const shown = toasts.value
  // Shown anew, they lie above a dialog that was opened meanwhile.
  useEffect(() => {
    const { current } = list
    if (current?.matches(':popover-open')) current.hidePopover()
    if (shown.length > 0) current?.showPopover?.()
  }, [shown])
  return (
    <div ref={list} popover="manual" class={styles.toasts} role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <div key={id} class={classes(styles.toast, styles[tone])}>
          <Icon name={tone === 'good' ? 'check' : 'warning'} />
          <span>{text}</span>
        </div>
      ))}
    </div>
  )
}
