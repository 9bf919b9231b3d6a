// Locations: new ones, their names and rules, and archiving.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { units } from '../../format/number'
import {
  type LocationKind,
  type LocationUpsertInput,
  type OversellPolicy,
  SettingsLocationArchiveDocument,
  type SettingsLocationFragment,
  SettingsLocationsDocument,
  SettingsLocationUpsertDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { CheckField, NumberField, SelectField, TextField } from '../../ui/Field'
import { Pager, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { tell } from '../../ui/Toasts'
import { Confirm } from './Confirm'
import { wrongIn } from './parts'
import styles from './Settings.module.css'

const words = settings.locations
const KINDS = Object.entries(words.kinds) as [LocationKind, string][]
const OVERSELLS = Object.entries(words.oversells) as [OversellPolicy, string][]
const STATES = [
  ['active', settings.active],
  ['archived', words.archived],
] as const

type Open =
  | { what: 'edit'; location?: SettingsLocationFragment }
  | { what: 'archive'; location: SettingsLocationFragment }

export function Locations() {
  const [state, setState] = useState<'active' | 'archived'>('active')
  const [open, setOpen] = useState<Open>()
  const pages = usePages()
  const query = useQuery(SettingsLocationsDocument, { isArchived: state === 'archived', after: pages.after })
  const canWrite = may('CATALOG_WRITE')
  const columns: Column<SettingsLocationFragment>[] = [
    {
      id: 'name',
      title: settings.name,
      isMain: true,
      cell: ({ name, code }) => (
        <>
          <span class={styles.name}>{name}</span>
          <span class={styles.sub}>{code}</span>
        </>
      ),
    },
    { id: 'kind', title: words.kind, cell: ({ kind }) => words.kinds[kind] },
    { id: 'priority', title: words.priority, isNumber: true, cell: ({ priority }) => units(priority) },
    { id: 'oversell', title: words.overselling, cell: ({ oversellPolicy }) => words.oversells[oversellPolicy] },
    {
      id: 'state',
      title: settings.state,
      cell: ({ isArchived }) =>
        isArchived ? (
          <Badge icon="close">{words.archived}</Badge>
        ) : (
          <Badge tone="good" icon="check">
            {settings.active}
          </Badge>
        ),
    },
  ]
  if (canWrite)
    columns.push({
      id: 'actions',
      title: settings.actions,
      isTitleHidden: true,
      cell: (location) => (
        <span class={styles.row}>
          <Button
            kind="quiet"
            icon="edit"
            aria-label={settings.editIt(location.name)}
            onClick={() => setOpen({ what: 'edit', location })}
          >
            {settings.edit}
          </Button>
          <Button kind="quiet" onClick={() => setOpen({ what: 'archive', location })}>
            {location.isArchived ? words.restore : words.archive}
          </Button>
        </span>
      ),
    })
  return (
    <div class={styles.view}>
      <div class={styles.bar}>
        <SelectField
          label={settings.show}
          value={state}
          options={STATES}
          onValue={(value) => (setState(value), pages.reset())}
        />
        {canWrite && (
          <Button kind="primary" icon="plus" onClick={() => setOpen({ what: 'edit' })}>
            {words.add}
          </Button>
        )}
      </div>
      <Loaded query={query}>
        {({ locations: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="stock" title={state === 'active' ? words.none : words.noneArchived}>
              {state === 'active' && words.noneHint}
            </Empty>
          ) : (
            <div class={styles.table}>
              <Table label={settings.tabs.locations} columns={columns} rows={nodes} keyOf={({ id }) => id} />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }
      </Loaded>
      {open?.what === 'edit' && (
        <LocationForm location={open.location} onClose={() => setOpen(undefined)} onDone={query.refetch} />
      )}
      {open?.what === 'archive' && (
        <Archive location={open.location} onClose={() => setOpen(undefined)} onDone={query.refetch} />
      )}
    </div>
  )
}

function LocationForm({
  location,
  onClose,
  onDone,
}: {
  location: SettingsLocationFragment | undefined
  onClose(): void
  onDone(): void
}) {
  const [code, setCode] = useState(location?.code ?? '')
  const [name, setName] = useState(location?.name ?? '')
  const [kind, setKind] = useState<LocationKind>(location?.kind ?? 'STORE')
  const [priority, setPriority] = useState<number | null>(location?.priority ?? 100)
  const [oversellPolicy, setOversell] = useState<OversellPolicy>(location?.oversellPolicy ?? 'REFUSE')
  const save = useAction((input: Omit<LocationUpsertInput, 'idempotencyKey'>, idempotencyKey: string) =>
    mutate(SettingsLocationUpsertDocument, { input: { ...input, idempotencyKey } }),
  )
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
