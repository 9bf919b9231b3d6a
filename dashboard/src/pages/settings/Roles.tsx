// Roles: names for what several people may do.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { SettingsRoleDeleteDocument, type SettingsRoleFragment, SettingsRolesDocument } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { usePages } from '../../ui/Pager'
import type { Column } from '../../ui/Table'
import { Confirm } from './Confirm'
import { describedRole } from './parts'
import { RoleForm } from './RoleForm'
import styles from './Settings.module.css'
import { actionsOf, Named, RowButton, SettingsList } from './SettingsList'

const words = settings.roles

type What = 'edit' | 'delete'
type Open = { what: 'create' } | { what: What; role: SettingsRoleFragment }

export function Roles() {
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsRolesDocument, { after: pages.after })
  const over = { onClose: () => setOpen(undefined), onDone: query.refetch }
  return (
    <SettingsList
      label={settings.tabs.roles}
      query={query}
      pages={pages}
      rowsOf={({ roles }) => roles}
      columns={columnsOf((what, role) => setOpen({ what, role }))}
      empty={null}
      add={words.add}
      onAdd={() => setOpen({ what: 'create' })}
    >
      {open?.what === 'create' && <RoleForm {...over} />}
      {open?.what === 'edit' && <RoleForm role={open.role} {...over} />}
      {open?.what === 'delete' && (
        <Confirm
          title={words.deleteIt(open.role.name)}
          action={words.delete}
          done={words.deleted(open.role.name)}
          {...over}
          perform={(idempotencyKey) =>
            mutate(SettingsRoleDeleteDocument, { input: { name: open.role.name, idempotencyKey } })
          }
        >
          <p>{words.deleteHint}</p>
        </Confirm>
      )}
    </SettingsList>
  )
}

function columnsOf(onOpen: (what: What, role: SettingsRoleFragment) => void): Column<SettingsRoleFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: (role) => <Named name={role.name}>{describedRole(role)}</Named>,
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
    actionsOf((role) =>
      role.isBuiltIn ? (
        <Badge icon="info">{words.builtIn}</Badge>
      ) : (
        <>
          <RowButton text={settings.edit} of={role.name} isEdit onClick={() => onOpen('edit', role)} />
          <RowButton text={words.delete} of={role.name} onClick={() => onOpen('delete', role)} />
        </>
      ),
    ),
  ]
}
