// A dialog over the page: the browser keeps the focus in it and gives it back. As a form, Enter does what it is for.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { unsaved } from '../api/build'
import type { Problem } from '../api/problem'
import { session, signInAddress } from '../api/session'
import { common } from '../text/common'
import { Button, IconButton } from './Button'
import { classes } from './classes'
import styles from './Dialog.module.css'
import { Failed } from './States'
import { useModal } from './useModal'

export interface DialogProps {
  title: string
  onClose(): void
  isWide?: boolean
  /** Whether it is a drawer at the side, as high as the page. */
  isSide?: boolean
  children: ComponentChildren
}

/** A dialog. It is open while it is rendered; Escape and its close button ask to close it. */
export function Dialog({ title, onClose, isWide = false, isSide = false, children }: DialogProps) {
  const dialog = useModal()
  const id = useId()
  useEffect(() => {
    unsaved.value += 1 // a new build waits
    return () => {
      unsaved.value -= 1
    }
  }, [])
  const cancel = (event: Event) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog
      ref={dialog}
      class={classes(styles.dialog, isWide && styles.wide, isSide && styles.side)}
      aria-labelledby={id}
      onCancel={cancel}
    >
      <div class={styles.head}>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={common.close} onClick={onClose} />
      </div>
      {session.value === 'over' && (
        <p class={styles.over} role="alert">
          {common.sessionOver}{' '}
          <a href={signInAddress()} target="_blank" rel="noreferrer">
            {common.signIn}
          </a>
        </p>
      )}
      {children}
    </dialog>
  )
}

interface FormDialogProps extends DialogProps {
  /** What the button that does it says. */
  action: string
  kind?: 'primary' | 'danger'
  isBusy?: boolean
  isDisabled?: boolean
  problem?: Problem | undefined
  onSubmit(): void
}

/** A dialog that is a form. */
export function FormDialog({
  action,
  kind = 'primary',
  isBusy = false,
  isDisabled = false,
  problem,
  onSubmit,
  children,
  ...rest
}: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: Event) => {
    event.preventDefault()
    onSubmit()
  }
  useEffect(() => {
    // In a long form, what is wrong may be out of sight.
    const wrong = problem && form.current?.querySelector('[aria-invalid=true], [role=alert]')
    wrong?.scrollIntoView({ block: 'center' })
  }, [problem])
  return (
    <Dialog {...rest}>
      <form ref={form} onSubmit={submit} noValidate={false}>
        <div class={styles.body}>
          {children}
          {problem && <Failed problem={problem} />}
        </div>
        <div class={styles.foot}>
          <Button onClick={rest.onClose}>{common.cancel}</Button>
          <Button type="submit" kind={kind} isBusy={isBusy} disabled={isDisabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
