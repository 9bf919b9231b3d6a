// API keys: what programs sign in with.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { date } from '../../format/time'
import {
  SettingsKeyCreateDocument,
  type SettingsKeyFragment,
  SettingsKeyRevokeDocument,
  SettingsKeyRotateDocument,
  SettingsKeysDocument,
  SettingsKeyUpdateDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, SelectField, TextField } from '../../ui/Field'
import { Pager, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import { AccessFields, AccessSummary, accessInput, accessOf } from './AccessFields'
import { Confirm } from './Confirm'
import { dayOf, momentOf, wrongIn } from './parts'
import { type Secret, SecretDialog } from './SecretDialog'
import styles from './Settings.module.css'

const words = settings.keys
const STATES = [
  ['active', settings.active],
  ['inactive', settings.inactive],
] as const
const GRACES = Object.entries(words.graces)

type Open =
  | { what: 'create' }
  | { what: 'edit' | 'rotate' | 'revoke'; apiKey: SettingsKeyFragment }
  | { what: 'secret'; secret: Secret }

export function Keys() {
  const [state, setState] = useState<'active' | 'inactive'>('active')
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsKeysDocument, { isActive: state === 'active', after: pages.after })
  const close = () => setOpen(undefined)
  const showSecret = (secret: Secret) => {
    query.refetch()
    setOpen({ what: 'secret', secret })
  }
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
        {({ apiKeys: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="settings" title={words.none}>
              {words.noneHint}
            </Empty>
          ) : (
            <div class={styles.table}>
              <Table
                label={settings.tabs.keys}
                columns={columnsOf((what, apiKey) => setOpen({ what, apiKey }))}
                rows={nodes}
                keyOf={({ id }) => id}
              />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }
      </Loaded>
      {open?.what === 'create' && <KeyForm onClose={close} onSecret={showSecret} />}
      {open?.what === 'edit' && <KeyForm apiKey={open.apiKey} onClose={close} onSaved={query.refetch} />}
      {open?.what === 'rotate' && <Rotate name={open.apiKey.name} onClose={close} onSecret={showSecret} />}
      {open?.what === 'secret' && <SecretDialog secret={open.secret} onClose={close} />}
      {open?.what === 'revoke' && (
        <Confirm
          title={words.revokeIt(open.apiKey.name)}
          action={words.revoke}
          done={words.revokedDone(open.apiKey.name)}
          onClose={close}
          onDone={query.refetch}
          perform={(idempotencyKey) =>
            mutate(SettingsKeyRevokeDocument, { input: { name: open.apiKey.name, idempotencyKey } })
          }
        >
          <p>{words.revokeHint}</p>
        </Confirm>
      )}
    </div>
  )
}

function columnsOf(
  onOpen: (what: 'edit' | 'rotate' | 'revoke', apiKey: SettingsKeyFragment) => void,
): Column<SettingsKeyFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, description }) => (
        <>
          <span class={styles.name}>{name}</span>
          {description && <span class={styles.sub}>{description}</span>}
        </>
      ),
    },
    { id: 'access', title: settings.access.effective, cell: (apiKey) => <AccessSummary {...apiKey} /> },
    { id: 'prefix', title: words.prefix, cell: ({ prefix }) => <code>{prefix}…</code> },
    {
      id: 'used',
      title: words.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Ago at={lastUsedAt} /> : settings.never),
    },
    { id: 'state', title: settings.state, cell: (apiKey) => <KeyState apiKey={apiKey} /> },
    {
      id: 'actions',
      title: settings.actions,
      isTitleHidden: true,
      cell: (apiKey) =>
        apiKey.revokedAt ? null : (
          <span class={styles.row}>
            <Button
              kind="quiet"
              icon="edit"
              aria-label={settings.editIt(apiKey.name)}
              onClick={() => onOpen('edit', apiKey)}
            >
              {settings.edit}
            </Button>
            <Button
              kind="quiet"
              aria-label={`${words.rotate}: ${apiKey.name}`}
              onClick={() => onOpen('rotate', apiKey)}
            >
              {words.rotate}
            </Button>
            <Button kind="quiet" aria-label={words.revokeIt(apiKey.name)} onClick={() => onOpen('revoke', apiKey)}>
              {words.revoke}
            </Button>
          </span>
        ),
    },
  ]
}

function KeyState({
  apiKey: { isActive, revokedAt, revokedBy, expiresAt, formerSecretUntil },
}: {
  apiKey: SettingsKeyFragment
}) {
  return (
    <>
      {isActive ? (
        <Badge tone="good" icon="check">
          {settings.active}
        </Badge>
      ) : (
        <Badge icon="close">{revokedAt ? words.revoked : settings.inactive}</Badge>
      )}
      {revokedAt && (
        <span class={styles.sub}>
          {date(revokedAt)} · {revokedBy}
        </span>
      )}
      {!revokedAt && expiresAt && <span class={styles.sub}>{words.expired(date(expiresAt))}</span>}
      {!revokedAt && formerSecretUntil && <span class={styles.sub}>{words.former(date(formerSecretUntil))}</span>}
    </>
  )
}

function KeyForm({
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
  const create = useAction((fields: typeof input, idempotencyKey: string) =>
    mutate(SettingsKeyCreateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const update = useAction((fields: typeof input, idempotencyKey: string) =>
    mutate(SettingsKeyUpdateDocument, { input: { ...fields, idempotencyKey } }),
  )
  const { isBusy, problem } = apiKey ? update : create
  const submit = async () => {
    if (apiKey) {
      if (!(await update.run(input))) return
      tell(settings.saved(name))
      onSaved?.()
      onClose()
    } else {
      const done = await create.run(input)
      if (done) onSecret?.({ name: input.name, text: done.apiKeyCreate.key ?? null })
    }
  }
  return (
    <FormDialog
      title={apiKey ? settings.editIt(apiKey.name) : words.add}
      action={apiKey ? common.save : words.add}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={isBusy}
      problem={problem}
      isDisabled={!name.trim()}
    >
      <TextField
        label={settings.name}
        hint={words.nameHint}
        value={name}
        onValue={setName}
        required
        disabled={apiKey !== undefined}
        wrong={wrongIn(problem, 'name')}
      />
      <TextField
        label={settings.description}
        value={description}
        onValue={setDescription}
        placeholder={settings.optional}
        wrong={wrongIn(problem, 'description')}
      />
      <AccessFields access={access} onAccess={setAccess} problem={problem} />
      <TextField
        label={words.expires}
        type="date"
        value={expires}
        onValue={setExpires}
        wrong={wrongIn(problem, 'expiresAt')}
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

function Rotate({ name, onClose, onSecret }: { name: string; onClose(): void; onSecret(secret: Secret): void }) {
  const [grace, setGrace] = useState('86400')
  const rotate = useAction((input: { name: string; graceSeconds: number }, idempotencyKey: string) =>
    mutate(SettingsKeyRotateDocument, { input: { ...input, idempotencyKey } }),
  )
  const submit = async () => {
    const done = await rotate.run({ name, graceSeconds: Number(grace) })
    if (done) onSecret({ name, text: done.apiKeyRotate.key ?? null })
  }
  return (
    <FormDialog
      title={words.rotateIt(name)}
      action={words.rotate}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={rotate.isBusy}
      problem={rotate.problem}
    >
      <p>{words.rotateHint}</p>
      <SelectField label={words.grace} value={grace} options={GRACES} onValue={setGrace} />
    </FormDialog>
  )
}
