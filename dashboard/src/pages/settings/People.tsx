// People: who signs in, and what they may do.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { viewer } from '../../api/session'
import { date } from '../../format/time'
import { SettingsPeopleDocument, SettingsPersonDisableDocument, type SettingsPersonFragment } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { usePages } from '../../ui/Pager'
import { Empty } from '../../ui/States'
import type { Column } from '../../ui/Table'
import { AccessSummary } from './AccessSummary'
import { Confirm } from './Confirm'
import { PasswordDialog } from './PasswordDialog'
import { PersonForm } from './PersonForm'
import styles from './Settings.module.css'
import { actionsOf, Named, RowButton, SettingsList } from './SettingsList'
import { StateBadge } from './StateBadge'

const words = settings.people

type What = 'edit' | 'password' | 'disable'
type Open = { what: 'create' } | { what: What; person: SettingsPersonFragment }

export function People() {
  const [isActive, setActive] = useState(true)
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsPeopleDocument, { isActive, after: pages.after })
  const over = { onClose: () => setOpen(undefined), onDone: query.refetch }
  return (
    <SettingsList
      label={settings.tabs.people}
      query={query}
      pages={pages}
      rowsOf={({ users }) => users}
      columns={columnsOf((what, person) => setOpen({ what, person }))}
      empty={
        <Empty icon="user" title={isActive ? words.none : words.noneDisabled}>
          {isActive && words.noneHint}
        </Empty>
      }
      isActive={isActive}
      inactive={words.disabled}
      onActive={setActive}
      add={words.add}
      onAdd={() => setOpen({ what: 'create' })}
    >
      {open?.what === 'create' && <PersonForm {...over} />}
      {open?.what === 'edit' && <PersonForm person={open.person} {...over} />}
      {open?.what === 'password' && <PasswordDialog person={open.person} {...over} />}
      {open?.what === 'disable' && <Disable person={open.person} {...over} />}
    </SettingsList>
  )
}

function columnsOf(onOpen: (what: What, person: SettingsPersonFragment) => void): Column<SettingsPersonFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, displayName }) => <Named name={displayName}>{name}</Named>,
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
          <StateBadge isActive={isActive} inactive={words.disabled} />
          {disabledAt && !isActive && (
            <span class={styles.sub}>
              {date(disabledAt)} · {disabledBy}
            </span>
          )}
          {!hasPassword && <span class={styles.sub}>{words.noPassword}</span>}
        </>
      ),
    },
    actionsOf((person) => {
      const { displayName, isActive } = person
      return (
        <>
          <RowButton text={settings.edit} of={displayName} isEdit onClick={() => onOpen('edit', person)} />
          <RowButton text={words.setPassword} of={displayName} onClick={() => onOpen('password', person)} />
          <RowButton
            text={isActive ? words.disable : words.enable}
            of={displayName}
            onClick={() => onOpen('disable', person)}
          />
        </>
      )
    }),
  ]
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
  const isOneself = viewer.value?.kind === 'PERSON' && viewer.value.name === name
  return (
    <Confirm
      title={isActive ? words.disableIt(displayName) : words.enableIt(displayName)}
      action={isActive ? words.disable : words.enable}
      kind={isActive ? 'danger' : 'primary'}
      done={isActive ? words.disabledDone(displayName) : words.enabledDone(displayName)}
      perform={(idempotencyKey) =>
        mutate(SettingsPersonDisableDocument, { input: { name, isDisabled: isActive, idempotencyKey } })
      }
      onClose={onClose}
      onDone={onDone}
    >
      {isActive && <p>{isOneself ? words.disableOneself : words.disableHint}</p>}
    </Confirm>
  )
}
