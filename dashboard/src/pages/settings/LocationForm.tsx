// A location: what it is called, and by which rules it sells.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate, request } from '../../api/request'
import {
  type LocationKind,
  type LocationUpsertInput,
  type OversellPolicy,
  type SettingsLocationFragment,
  SettingsLocationOneDocument,
  SettingsLocationUpsertDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, SelectField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { wrongIn } from './parts'
import styles from './Settings.module.css'
import { useFree } from './useFree'

const words = settings.locations
const KINDS = Object.entries(words.kinds) as [LocationKind, string][]
const OVERSELLS = Object.entries(words.oversells) as [OversellPolicy, string][]

export function LocationForm({
  location,
  onClose,
  onDone,
}: {
  location?: SettingsLocationFragment
  onClose(): void
  onDone(): void
}) {
  const [code, setCode] = useState(location?.code ?? '')
  const [name, setName] = useState(location?.name ?? '')
  const [kind, setKind] = useState<LocationKind>(location?.kind ?? 'STORE')
  const [priority, setPriority] = useState<number | null>(location?.priority ?? 100)
  const [oversellPolicy, setOversell] = useState<OversellPolicy>(location?.oversellPolicy ?? 'REFUSE')
  const claim = useFree(
    'code',
    async (wanted) => (await request(SettingsLocationOneDocument, { code: wanted })).location,
  )
  const save = useAction(async (input: Omit<LocationUpsertInput, 'idempotencyKey'>, idempotencyKey: string) => {
    if (!location) await claim(input.code)
    return mutate(SettingsLocationUpsertDocument, { input: { ...input, idempotencyKey } })
  })
  const submit = async () => {
    if (!(await save.run({ code: code.trim(), name: name.trim(), kind, priority, oversellPolicy }))) return
    tell(settings.saved(name))
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={location ? settings.editIt(location.name) : words.add}
      action={common.save}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={save.isBusy}
      problem={save.problem}
      isDisabled={!code.trim() || !name.trim()}
    >
      <TextField
        label={words.code}
        hint={words.codeHint}
        value={code}
        onValue={setCode}
        required
        disabled={location !== undefined}
        wrong={wrongIn(save.problem, 'code')}
      />
      <TextField
        label={settings.name}
        value={name}
        onValue={setName}
        required
        maxLength={200}
        wrong={wrongIn(save.problem, 'name')}
      />
      <div class={styles.two}>
        <SelectField label={words.kind} value={kind} options={KINDS} onValue={(value) => setKind(value)} />
        <NumberField
          label={words.priority}
          hint={words.priorityHint}
          value={priority}
          onValue={setPriority}
          min={0}
          wrong={wrongIn(save.problem, 'priority')}
        />
      </div>
      <SelectField
        label={words.oversell}
        value={oversellPolicy}
        options={OVERSELLS}
        onValue={(value) => setOversell(value)}
      />
    </FormDialog>
  )
}
