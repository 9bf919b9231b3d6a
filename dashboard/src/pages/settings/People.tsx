// People: who signs in, and what they may do.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { date } from '../../format/time'
import {
  SettingsPeopleDocument,
  SettingsPersonCreateDocument,
  SettingsPersonDisableDocument,
  type SettingsPersonFragment,
  SettingsPersonSetPasswordDocument,
  SettingsPersonUpdateDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { SelectField, TextField } from '../../ui/Field'
import { Pager, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import { AccessFields, AccessSummary, accessInput, accessOf } from './AccessFields'
import { Confirm } from './Confirm'
import { wrongIn } from './parts'
import styles from './Settings.module.css'

const words = settings.people
const STATES = [
  ['active', settings.active],
  ['inactive', words.disabled],
] as const
const SHORTEST = 12

type What = 'edit' | 'password' | 'disable'
type Open = { what: 'create' } | { what: What; person: SettingsPersonFragment }

export function People() {
  const [state, setState] = useState<'active' | 'inactive'>('active')
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsPeopleDocument, { isActive: state === 'active', after: pages.after })
  const close = () => setOpen(undefined)
  return (
    <div class={styles.view}>
      <div class={styles.bar}>
        <SelectField
          label={settings.show}
          value={state}
          options={STATES}
          onValue={(value) => (setState(value), pages.reset())}
        />
        <Button kind="primary" icon="plus" onClick={() => setOpen({ what: 'create' })}>
          {words.add}
        </Button>
      </div>
      <Loaded query={query}>
        {({ users: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="user" title={words.none}>
              {words.noneHint}
            </Empty>
          ) : (
            <div class={styles.table}>
              <Table
                label={settings.tabs.people}
                columns={columnsOf((what, person) => setOpen({ what, person }))}
                rows={nodes}
                keyOf={({ id }) => id}
              />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }
      </Loaded>
      {open?.what === 'create' && <PersonForm onClose={close} onDone={query.refetch} />}
      {open?.what === 'edit' && <PersonForm person={open.person} onClose={close} onDone={query.refetch} />}
      {open?.what === 'password' && <Password person={open.person} onClose={close} onDone={query.refetch} />}
      {open?.what === 'disable' && <Disable person={open.person} onClose={close} onDone={query.refetch} />}
    </div>
  )
}

function columnsOf(onOpen: (what: What, person: SettingsPersonFragment) => void): Column<SettingsPersonFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, displayName }) => (
        <>
          <span class={styles.name}>{displayName}</span>
          <span class={styles.sub}>{name}</span>
        </>
      ),
    },
    { id: 'access', title: settings.access.effective, cell: (person) => <AccessSummary {...person} /> },
    {
      id: 'created',
      title: settings.created,
      cell: ({ createdAt, createdBy }) => (
        <>
          {date(createdAt)}
          {createdBy && <span class={styles.sub}>{createdBy}</span>}
        </>
      ),
    },
    {
      id: 'state',
      title: settings.state,
      cell: ({ isActive, hasPassword, disabledAt, disabledBy }) => (
        <>
          {isActive ? (
            <Badge tone="good" icon="check">
              {settings.active}
            </Badge>
          ) : (
            <Badge icon="stop">{words.disabled}</Badge>
          )}
          {disabledAt && !isActive && (
            <span class={styles.sub}>
              {date(disabledAt)} · {disabledBy}
            </span>
          )}
          {!hasPassword && <span class={styles.sub}>{words.noPassword}</span>}
        </>
      ),
    },
    {
      id: 'actions',
      title: settings.actions,
      isTitleHidden: true,
      cell: (person) => (
        <span class={styles.row}>
          <Button
            kind="quiet"
            icon="edit"
            aria-label={settings.editIt(person.displayName)}
            onClick={() => onOpen('edit', person)}
          >
            {settings.edit}
          </Button>
          <Button
            kind="quiet"
            aria-label={`${words.setPassword}: ${person.displayName}`}
            onClick={() => onOpen('password', person)}
          >
            {words.setPassword}
          </Button>
          <Button kind="quiet" onClick={() => onOpen('disable', person)}>
            {person.isActive ? words.disable : words.enable}
          </Button>
        </span>
      ),
    },
  ]
}

function PersonForm({ person, onClose, onDone }: { person?: SettingsPersonFragment; onClose(): void; onDone(): void }) {
  const [name, setName] = useState(person?.name ?? '')
  const [displayName, setDisplayName] = useState(person?.displayName ?? '')
  const [password, setPassword] = useState('')
  const [access, setAccess] = useState(accessOf(person))
  const input = { name: name.trim(), displayName: displayName.trim(), ...accessInput(access) }
  const create = useAction((fields: typeof input & { password: string | null }, idempotencyKey: string) =>
    mutate(SettingsPersonCreateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const update = useAction((fields: typeof input, idempotencyKey: string) =>
    mutate(SettingsPersonUpdateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const { isBusy, problem } = person ? update : create
  const submit = async () => {
    const done = person ? await update.run(input) : await create.run({ ...input, password: password || null })
    if (!done) return
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
      isBusy={isBusy}
      problem={problem}
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
          wrong={wrongIn(problem, 'name')}
        />
        <TextField
          label={words.displayName}
          value={displayName}
          onValue={setDisplayName}
          required
          autocomplete="off"
          wrong={wrongIn(problem, 'displayName')}
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
          wrong={wrongIn(problem, 'password')}
        />
      )}
      <AccessFields access={access} onAccess={setAccess} problem={problem} />
    </FormDialog>
  )
}

function Password({
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

function Disable({
  person: { name, displayName, isActive },
  onClose,
  onDone,
}: {
  person: SettingsPersonFragment
  onClose(): void
  onDone(): void
}) {
  const perform = (idempotencyKey: string) =>
    mutate(SettingsPersonDisableDocument, { input: { name, isDisabled: isActive, idempotencyKey } })
  return (
    <Confirm
      title={isActive ? words.disableIt(displayName) : `${words.enable}: ${displayName}`}
      action={isActive ? words.disable : words.enable}
      kind={isActive ? 'danger' : 'primary'}
      done={isActive ? words.disabledDone(displayName) : words.enabledDone(displayName)}
      perform={perform}
      onClose={onClose}
      onDone={onDone}
    >
      {isActive && <p>{words.disableHint}</p>}
    </Confirm>
  )
}
