// Roles: names for what several people may do.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import {
  type AccessScope,
  SettingsRoleDeleteDocument,
  type SettingsRoleFragment,
  SettingsRolesDocument,
  SettingsRoleUpsertDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { Pager, usePages } from '../../ui/Pager'
import { Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import { ScopeBoxes } from './AccessFields'
import { Confirm } from './Confirm'
import { wrongIn } from './parts'
import styles from './Settings.module.css'

const words = settings.roles

type Open = { what: 'create' } | { what: 'edit' | 'delete'; role: SettingsRoleFragment }

export function Roles() {
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsRolesDocument, { after: pages.after })
  const close = () => setOpen(undefined)
  return (
    <div class={styles.view}>
      <div class={styles.bar}>
        <Button kind="primary" icon="plus" onClick={() => setOpen({ what: 'create' })}>
          {words.add}
        </Button>
      </div>
      <Loaded query={query}>
        {({ roles: { nodes, pageInfo } }) => (
          <div class={styles.table}>
            <Table
              label={settings.tabs.roles}
              columns={columnsOf((what, role) => setOpen({ what, role }))}
              rows={nodes}
              keyOf={({ id }) => id}
            />
            <Pager pages={pages} info={pageInfo} />
          </div>
        )}
      </Loaded>
      {open?.what === 'create' && <RoleForm onClose={close} onDone={query.refetch} />}
      {open?.what === 'edit' && <RoleForm role={open.role} onClose={close} onDone={query.refetch} />}
      {open?.what === 'delete' && (
        <Confirm
          title={words.deleteIt(open.role.name)}
          action={words.delete}
          done={words.deleted(open.role.name)}
          onClose={close}
          onDone={query.refetch}
          perform={(idempotencyKey) =>
            mutate(SettingsRoleDeleteDocument, { input: { name: open.role.name, idempotencyKey } })
          }
        >
          <p>{words.deleteHint}</p>
        </Confirm>
      )}
    </div>
  )
}

function columnsOf(
  onOpen: (what: 'edit' | 'delete', role: SettingsRoleFragment) => void,
): Column<SettingsRoleFragment>[] {
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
    {
      id: 'scopes',
      title: settings.access.effective,
      cell: ({ scopes }) => (
        <span class={styles.badges}>
          {scopes.map((scope) => (
            <Badge key={scope} tone={scope === 'ADMIN' ? 'warn' : 'plain'}>
              {settings.scopes[scope]}
            </Badge>
          ))}
        </span>
      ),
    },
    {
      id: 'actions',
      title: settings.actions,
      isTitleHidden: true,
      cell: (role) =>
        role.isBuiltIn ? (
          <span class={styles.row}>
            <Badge icon="info">{words.builtIn}</Badge>
          </span>
        ) : (
          <span class={styles.row}>
            <Button
              kind="quiet"
              icon="edit"
              aria-label={settings.editIt(role.name)}
              onClick={() => onOpen('edit', role)}
            >
              {settings.edit}
            </Button>
            <Button kind="quiet" aria-label={words.deleteIt(role.name)} onClick={() => onOpen('delete', role)}>
              {words.delete}
            </Button>
          </span>
        ),
    },
  ]
}

function RoleForm({ role, onClose, onDone }: { role?: SettingsRoleFragment; onClose(): void; onDone(): void }) {
  const [name, setName] = useState(role?.name ?? '')
  const [description, setDescription] = useState(role?.description ?? '')
  const [scopes, setScopes] = useState<readonly AccessScope[]>(role?.scopes ?? [])
  const input = { name: name.trim(), description: description.trim() || null, scopes: [...scopes] }
  const save = useAction((fields: typeof input, idempotencyKey: string) =>
    mutate(SettingsRoleUpsertDocument, { input: { ...fields, idempotencyKey } }),
  )
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
      />
      <ScopeBoxes scopes={scopes} onScopes={setScopes} />
    </FormDialog>
  )
}
