// The audit: who asked for what, and what became of it.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { measure, units } from '../../format/number'
import { dateTime, exactTime } from '../../format/time'
import { type AuditFilter, type AuditKind, SettingsAuditDocument, type SettingsAuditQuery } from '../../gql/graphql'
import { common } from '../../text/common'
import { settings } from '../../text/settings'
import { Badge, type Tone } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { SelectField, TextField } from '../../ui/Field'
import type { IconName } from '../../ui/icons'
import { Pager, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { useSettled } from '../../ui/useSettled'
import { formatted } from './Deliveries'
import { momentOf } from './parts'
import styles from './Settings.module.css'
import { actionsOf } from './SettingsList'

const words = settings.audit
const PAUSE = 400
const KINDS: readonly (readonly ['ALL' | AuditKind, string])[] = [
  ['ALL', common.all],
  ...(Object.entries(words.kinds) as [AuditKind, string][]),
]
const LOOKS: Record<AuditKind, { tone: Tone; icon: IconName }> = {
  MUTATION: { tone: 'plain', icon: 'edit' },
  REFUSAL: { tone: 'warn', icon: 'stop' },
  SIGN_IN: { tone: 'good', icon: 'user' },
  SIGN_IN_FAILED: { tone: 'bad', icon: 'warning' },
  SIGN_OUT: { tone: 'plain', icon: 'user' },
  LOSS: { tone: 'bad', icon: 'warning' },
  RETENTION: { tone: 'plain', icon: 'info' },
}

type Entry = SettingsAuditQuery['auditLog']['nodes'][number]

const whatOf = ({ operation, fields, kind }: Entry): string => fields.join(', ') || operation || words.kinds[kind]

const outcomeOf = (codes: readonly string[]): string => codes.filter((code) => code !== 'OK').join(', ') || words.done

export function Audit() {
  const [who, setWho] = useState('')
  const [operation, setOperation] = useState('')
  const [kind, setKind] = useState<'ALL' | AuditKind>('ALL')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [shown, setShown] = useState<Entry>()
  const pages = usePages()
  const filter: AuditFilter = {
    principal: useSettled(who.trim(), PAUSE) || null,
    operation: useSettled(operation.trim(), PAUSE) || null,
    kind: kind === 'ALL' ? null : kind,
    since: momentOf(from),
    until: momentOf(until, true),
  }
  const query = useQuery(SettingsAuditDocument, { filter, after: pages.after })
  const anew = (change: () => void) => {
    change()
    pages.reset()
  }
  return (
    <div class={styles.view}>
      <div class={styles.filters}>
        <TextField
          label={words.who}
          type="search"
          placeholder={words.whoHint}
          value={who}
          onValue={(value) => anew(() => setWho(value))}
        />
        <TextField
          label={words.what}
          type="search"
          placeholder="stockAdjust"
          value={operation}
          onValue={(value) => anew(() => setOperation(value))}
        />
        <SelectField label={words.kind} value={kind} options={KINDS} onValue={(value) => anew(() => setKind(value))} />
        <TextField label={words.from} type="date" value={from} onValue={(value) => anew(() => setFrom(value))} />
        <TextField label={words.to} type="date" value={until} onValue={(value) => anew(() => setUntil(value))} />
      </div>
      <Loaded query={query} lines={8}>
        {({ auditLog: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty icon="search" title={words.none}>
              {words.noneHint}
            </Empty>
          ) : (
            <div class={styles.table}>
              <Table label={settings.tabs.audit} columns={columnsOf(setShown)} rows={nodes} keyOf={({ id }) => id} />
              <Pager pages={pages} info={pageInfo} />
            </div>
          )
        }
      </Loaded>
      {shown && <AuditDetails entry={shown} onClose={() => setShown(undefined)} />}
    </div>
  )
}

function columnsOf(onShow: (entry: Entry) => void): Column<Entry>[] {
  return [
    {
      id: 'what',
      title: words.what,
      isMain: true,
      cell: (entry) => (
        <>
          <span class={styles.name}>{whatOf(entry)}</span>
          {entry.operation && entry.fields.length > 0 && <span class={styles.sub}>{entry.operation}</span>}
        </>
      ),
    },
    {
      id: 'who',
      title: words.who,
      cell: ({ principal, actingUser }) => (
        <>
          {principal ?? common.unknown}
          {actingUser && (
            <span class={styles.sub}>
              {words.on} {actingUser}
            </span>
          )}
        </>
      ),
    },
    { id: 'kind', title: words.kind, cell: ({ kind }) => <Badge {...LOOKS[kind]}>{words.kinds[kind]}</Badge> },
    {
      id: 'outcome',
      title: words.outcome,
      cell: ({ codes, count }) => (
        <>
          {outcomeOf(codes)}
          {count > 1 && <span class={styles.sub}>{words.times(units(count))}</span>}
        </>
      ),
    },
    {
      id: 'when',
      title: words.when,
      cell: ({ at }) => (
        <time dateTime={at} title={exactTime(at)}>
          {dateTime(at)}
        </time>
      ),
    },
    actionsOf((entry) => (
      <Button kind="quiet" aria-label={words.detailsOf(whatOf(entry))} onClick={() => onShow(entry)}>
        {words.details}
      </Button>
    )),
  ]
}

function AuditDetails({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const facts: [string, string | null | undefined][] = [
    [words.when, exactTime(entry.at)],
    [words.who, entry.principal],
    [words.labels.address, entry.address],
    [words.labels.transport, entry.transport],
    [words.labels.duration, typeof entry.durationMs === 'number' ? words.ms(measure(entry.durationMs)) : null],
    [words.labels.cost, typeof entry.cost === 'number' ? units(entry.cost) : null],
    [words.labels.requestId, entry.requestId],
    [words.labels.documentHash, entry.documentHash],
    [words.labels.operationIds, entry.operationIds.join(', ')],
  ]
  return (
    <Dialog title={whatOf(entry)} onClose={onClose} isWide>
      <dl class={styles.details}>
        {facts
          .filter(([, value]) => value)
          .flatMap(([title, value]) => [<dt key={`${title}-title`}>{title}</dt>, <dd key={title}>{value}</dd>])}
        {entry.variables && <dt>{words.labels.variables}</dt>}
        {entry.variables && (
          <dd>
            <pre class={styles.code} tabIndex={0}>
              {formatted(entry.variables)}
            </pre>
          </dd>
        )}
      </dl>
    </Dialog>
  )
}
