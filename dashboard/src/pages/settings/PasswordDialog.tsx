// A new password for a person, set by who administers.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { type SettingsPersonFragment, SettingsPersonSetPasswordDocument } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { wrongIn } from './parts'

const words = settings.people
const SHORTEST = 12

export function PasswordDialog({
  person: { name, displayName },
  onClose,
  onDone,
}: {
  person: SettingsPersonFragment
  onClose(): void
  onDone(): void
}) {
  const [password, setPassword] = useState('')
  const set = useAction((input: { name: string; password: string }, idempotencyKey: string) =>
    mutate(SettingsPersonSetPasswordDocument, { input: { ...input, idempotencyKey } }),
  )
  const submit = async () => {
    if (!(await set.run({ name, password }))) return
    tell(words.passwordDone(displayName))
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={words.setPasswordOf(displayName)}
      action={words.setPassword}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={set.isBusy}
      problem={set.problem}
      isDisabled={password.length < SHORTEST}
    >
      <p>{words.setPasswordHint}</p>
      <TextField
        label={words.password}
        hint={words.passwordHint}
        type="password"
        value={password}
        onValue={setPassword}
        autocomplete="new-password"
        wrong={wrongIn(set.problem, 'password')}
        required
      />
    </FormDialog>
  )
}
