// A person: their name, and what they may do.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import {
  SettingsPersonCreateDocument,
  type SettingsPersonFragment,
  SettingsPersonUpdateDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { AccessFields, accessInput, accessOf } from './AccessFields'
import { wrongIn } from './parts'
import styles from './Settings.module.css'

const words = settings.people

export function PersonForm({
  person,
  onClose,
  onDone,
}: {
  person?: SettingsPersonFragment
  onClose(): void
  onDone(): void
}) {
  const [name, setName] = useState(person?.name ?? '')
  const [displayName, setDisplayName] = useState(person?.displayName ?? '')
  const [password, setPassword] = useState('')
  const [access, setAccess] = useState(accessOf(person))
  const input = { name: name.trim(), displayName: displayName.trim(), ...accessInput(access) }
  const save = useAction(async (fields: typeof input & { password: string }, idempotencyKey: string) => {
    const { password: given, ...rest } = fields
    if (person) return mutate(SettingsPersonUpdateDocument, { input: { ...rest, idempotencyKey } })
    return mutate(SettingsPersonCreateDocument, { input: { ...rest, password: given || null, idempotencyKey } })
  })
  const submit = async () => {
    if (!(await save.run({ ...input, password }))) return
    tell(settings.saved(displayName))
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={person ? settings.editIt(person.displayName) : words.add}
      action={common.save}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={save.isBusy}
      problem={save.problem}
      isDisabled={!name.trim() || !displayName.trim()}
    >
      <div class={styles.two}>
        <TextField
          label={settings.name}
          hint={words.nameHint}
          value={name}
          onValue={setName}
          required
          disabled={person !== undefined}
          autocomplete="off"
          wrong={wrongIn(save.problem, 'name')}
        />
        <TextField
          label={words.displayName}
          value={displayName}
          onValue={setDisplayName}
          required
          autocomplete="off"
          wrong={wrongIn(save.problem, 'displayName')}
        />
      </div>
      {!person && (
        <TextField
          label={words.password}
          hint={words.passwordHint}
          type="password"
          value={password}
          onValue={setPassword}
          autocomplete="new-password"
          wrong={wrongIn(save.problem, 'password')}
        />
      )}
      <AccessFields access={access} onAccess={setAccess} problem={save.problem} />
    </FormDialog>
  )
}
