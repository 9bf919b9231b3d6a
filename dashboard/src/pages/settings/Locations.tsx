// Locations: new ones, their names and rules, and archiving.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { units } from '../../format/number'
import {
  SettingsLocationArchiveDocument,
  type SettingsLocationFragment,
  SettingsLocationsDocument,
} from '../../gql/graphql'
import { settings } from '../../text/settings'
import { CheckField } from '../../ui/Field'
import { usePages } from '../../ui/Pager'
import { Empty } from '../../ui/States'
import type { Column } from '../../ui/Table'
import { Confirm } from './Confirm'
import { LocationForm } from './LocationForm'
import { actionsOf, Named, RowButton, SettingsList } from './SettingsList'
import { StateBadge } from './StateBadge'

const words = settings.locations

type What = 'edit' | 'archive'
type Open = { what: 'create' } | { what: What; location: SettingsLocationFragment }

export function Locations() {
  const [isActive, setActive] = useState(true)
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsLocationsDocument, { isArchived: !isActive, after: pages.after })
  const canWrite = may('CATALOG_WRITE')
  const over = { onClose: () => setOpen(undefined), onDone: query.refetch }
  const columns = columnsOf((what, location) => setOpen({ what, location }))
  return (
    <SettingsList
      label={settings.tabs.locations}
      query={query}
      pages={pages}
      rowsOf={({ locations }) => locations}
      columns={canWrite ? columns : columns.slice(0, -1)}
      empty={
        <Empty icon="stock" title={isActive ? words.none : words.noneArchived}>
          {isActive && canWrite && words.noneHint}
        </Empty>
      }
      isActive={isActive}
      inactive={words.archived}
      onActive={setActive}
      {...(canWrite && { add: words.add, onAdd: () => setOpen({ what: 'create' }) })}
    >
      {open?.what === 'create' && <LocationForm {...over} />}
      {open?.what === 'edit' && <LocationForm location={open.location} {...over} />}
      {open?.what === 'archive' && <Archive location={open.location} {...over} />}
    </SettingsList>
  )
}

function columnsOf(
  onOpen: (what: What, location: SettingsLocationFragment) => void,
): Column<SettingsLocationFragment>[] {
  return [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, code }) => <Named name={name}>{code}</Named>,
    },
    { id: 'kind', title: words.kind, cell: ({ kind }) => words.kinds[kind] },
    { id: 'priority', title: words.priority, isNumber: true, cell: ({ priority }) => units(priority) },
    { id: 'oversell', title: words.overselling, cell: ({ oversellPolicy }) => words.oversells[oversellPolicy] },
    {
      id: 'state',
      title: settings.state,
      cell: ({ isArchived }) => <StateBadge isActive={!isArchived} inactive={words.archived} />,
    },
    actionsOf((location) => (
      <>
        <RowButton text={settings.edit} of={location.name} isEdit onClick={() => onOpen('edit', location)} />
        <RowButton
          text={location.isArchived ? words.restore : words.archive}
          of={location.name}
          onClick={() => onOpen('archive', location)}
        />
      </>
    )),
  ]
}

function Archive({
  location: { code, name, isArchived },
  onClose,
  onDone,
}: {
  location: SettingsLocationFragment
  onClose(): void
  onDone(): void
}) {
  const [windDown, setWindDown] = useState(false)
  const perform = (idempotencyKey: string) =>
    mutate(SettingsLocationArchiveDocument, {
      input: { code, isArchived: !isArchived, windDown: !isArchived && windDown, idempotencyKey },
    })
  return (
    <Confirm
      title={isArchived ? `${words.restore}: ${name}` : words.archiveIt(name)}
      action={isArchived ? words.restore : words.archive}
      kind={isArchived ? 'primary' : 'danger'}
      done={isArchived ? words.done.restored(name) : words.done.archived(name)}
      perform={perform}
      onClose={onClose}
      onDone={onDone}
    >
      {!isArchived && <p>{words.archiveHint}</p>}
      {!isArchived && (
        <CheckField label={words.windDown} hint={words.windDownHint} value={windDown} onValue={setWindDown} />
      )}
    </Confirm>
  )
}
