// A key: what it is called, what it may do, and until when.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { SettingsKeyCreateDocument, type SettingsKeyFragment, SettingsKeyUpdateDocument } from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { AccessFields, accessInput, accessOf } from './AccessFields'
import { dayOf, momentOf, wrongIn } from './parts'
import type { Secret } from './SecretDialog'

const words = settings.keys

export function KeyForm({
  apiKey,
  onClose,
  onSecret,
  onSaved,
}: {
  apiKey?: SettingsKeyFragment
  onClose(): void
  onSecret?(secret: Secret): void
  onSaved?(): void
}) {
  const [name, setName] = useState(apiKey?.name ?? '')
  const [description, setDescription] = useState(apiKey?.description ?? '')
  const [access, setAccess] = useState(accessOf(apiKey))
  const [expires, setExpires] = useState(dayOf(apiKey?.expiresAt))
  const [documentsOnly, setDocumentsOnly] = useState(apiKey?.documentsOnly ?? false)
  const input = {
    name: name.trim(),
    description: description.trim() || null,
    ...accessInput(access),
    expiresAt: expires === dayOf(apiKey?.expiresAt) ? (apiKey?.expiresAt ?? null) : momentOf(expires),
    documentsOnly,
  }
  const save = useAction(async (fields: typeof input, idempotencyKey: string) => {
    const variables = { input: { ...fields, idempotencyKey } }
    if (!apiKey) return { text: (await mutate(SettingsKeyCreateDocument, variables)).apiKeyCreate.key ?? null }
    await mutate(SettingsKeyUpdateDocument, variables)
    return { text: null }
  })
  const submit = async () => {
    const done = await save.run(input)
    if (!done) return
    if (!apiKey) return onSecret?.({ name: input.name, ...done })
    tell(settings.saved(name))
    onSaved?.()
    onClose()
  }
  return (
    <FormDialog
      title={apiKey ? settings.editIt(apiKey.name) : words.add}
      action={apiKey ? common.save : settings.create}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={save.isBusy}
      problem={save.problem}
      isDisabled={!name.trim()}
    >
      <TextField
        label={settings.name}
        hint={words.nameHint}
        value={name}
        onValue={setName}
        required
        disabled={apiKey !== undefined}
        wrong={wrongIn(save.problem, 'name')}
      />
      <TextField
        label={settings.description}
        value={description}
        onValue={setDescription}
        placeholder={settings.optional}
        wrong={wrongIn(save.problem, 'description')}
      />
      <AccessFields access={access} onAccess={setAccess} problem={save.problem} />
      <TextField
        label={words.expires}
        hint={words.expiresHint}
        type="date"
        value={expires}
        onValue={setExpires}
        wrong={wrongIn(save.problem, 'expiresAt')}
      />
      <CheckField
        label={words.documentsOnly}
        hint={words.documentsOnlyHint}
        value={documentsOnly}
        onValue={setDocumentsOnly}
      />
    </FormDialog>
  )
}
