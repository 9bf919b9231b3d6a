// Gives something a new secret, while the former one goes on for some time.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/Field'
import type { Secret } from './SecretDialog'

export function RotateDialog({
  title,
  action,
  name,
  choices,
  perform,
  onClose,
  onSecret,
  children,
}: {
  title: string
  action: string
  /** Whose secret it is. */
  name: string
  /** For how many seconds the former secret may go on, in words. */
  choices: readonly (readonly [string, string])[]
  /** Do it, and return the new secret; null where it was made before, and its answer was lost. */
  perform(seconds: number, idempotencyKey: string): Promise<string | null | undefined>
  onClose(): void
  onSecret(secret: Secret): void
  children: ComponentChildren
}) {
  const [seconds, setSeconds] = useState('86400')
  const rotate = useAction(async (input: number, key: string) => ({ text: (await perform(input, key)) ?? null }))
  const submit = async () => {
    const done = await rotate.run(Number(seconds))
    if (done) onSecret({ name, ...done })
  }
  return (
    <FormDialog
      title={title}
      action={action}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={rotate.isBusy}
      problem={rotate.problem}
    >
      {children}
      <SelectField label={settings.keys.grace} value={seconds} options={choices} onValue={setSeconds} />
    </FormDialog>
  )
}
