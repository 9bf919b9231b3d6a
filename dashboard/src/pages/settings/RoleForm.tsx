// A role: what those may do who have it.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate, request } from '../../api/request'
import {
  type AccessScope,
  type SettingsRoleFragment,
  SettingsRoleOneDocument,
  SettingsRoleUpsertDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { ScopeBoxes } from './AccessFields'
import { wrongIn } from './parts'
import { useFree } from './useFree'

const words = settings.roles

export function RoleForm({ role, onClose, onDone }: { role?: SettingsRoleFragment; onClose(): void; onDone(): void }) {
  const [name, setName] = useState(role?.name ?? '')
  const [description, setDescription] = useState(role?.description ?? '')
  const [scopes, setScopes] = useState<readonly AccessScope[]>(role?.scopes ?? [])
  const input = { name: name.trim(), description: description.trim() || null, scopes: [...scopes] }
  const claim = useFree('name', async (wanted) => (await request(SettingsRoleOneDocument, { name: wanted })).role)
  const save = useAction(async (fields: typeof input, idempotencyKey: string) => {
    if (!role) await claim(fields.name)
    return mutate(SettingsRoleUpsertDocument, { input: { ...fields, idempotencyKey } })
  })
  const submit = async () => {
    if (!(await save.run(input))) return
    tell(settings.saved(name))
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={role ? settings.editIt(role.name) : words.add}
      action={common.save}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={save.isBusy}
      problem={save.problem}
      isDisabled={!name.trim() || scopes.length === 0}
    >
      <TextField
        label={settings.name}
        hint={words.nameHint}
        value={name}
        onValue={setName}
        required
        disabled={role !== undefined}
        wrong={wrongIn(save.problem, 'name')}
      />
      <TextField
        label={settings.description}
        value={description}
        onValue={setDescription}
        placeholder={settings.optional}
        wrong={wrongIn(save.problem, 'description')}
      />
      <ScopeBoxes scopes={scopes} onScopes={setScopes} />
    </FormDialog>
  )
}
