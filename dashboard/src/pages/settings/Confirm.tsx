// Asks before something that is hard to take back.
import type { ComponentChildren } from 'preact'
import { useAction } from '../../api/action'
import { FormDialog } from '../../ui/Dialog'
import { tell } from '../../ui/Toasts'

export function Confirm({
  title,
  action,
  done,
  kind = 'danger',
  perform,
  onClose,
  onDone,
  children,
}: {
  title: string
  /** What the button says. */
  action: string
  /** What is told when it was done. */
  done: string
  kind?: 'primary' | 'danger'
  perform(idempotencyKey: string): Promise<unknown>
  onClose(): void
  onDone(): void
  children: ComponentChildren
}) {
  const act = useAction((_: object, key: string) => perform(key).then(() => true))
  const submit = async () => {
    if (!(await act.run({}))) return
    tell(done)
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={title}
      action={action}
      kind={kind}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={act.isBusy}
      problem={act.problem}
    >
      {children}
    </FormDialog>
  )
}
