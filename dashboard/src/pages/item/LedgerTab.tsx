// The lines of the ledger that concern the item, the newest first, as they come.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { change, units } from '../../format/number'
import { dateTime, exactTime } from '../../format/time'
import type { LedgerRowFragment, MovementReason } from '../../gql/graphql'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { classes } from '../../ui/classes'
import { SelectField } from '../../ui/Field'
import { Panel } from '../../ui/Panel'
import { Empty, Failed, Skeleton } from '../../ui/States'
import { type Column, VirtualTable } from '../../ui/VirtualTable'
import styles from './Item.module.css'
import { Ledger } from './ledger'

const ROW = 36

const REASONS = Object.keys(common.reasons) as MovementReason[]

const quiet = (text: string | null | undefined) => (
  <span title={text ?? ''}>{text ?? <span class="muted">–</span>}</span>
)

function Delta({ count }: { count: number }) {
  if (count === 0) return <span class="muted">0</span>
  return <span class={classes(count > 0 ? styles.more : styles.less)}>{change(count)}</span>
}

const COLUMNS: readonly Column<LedgerRowFragment>[] = [
  {
    id: 'at',
    head: text.recorded,
    width: 168,
    cell: ({ recordedAt }) => (
      <time dateTime={recordedAt} title={exactTime(recordedAt)}>
        {dateTime(recordedAt)}
      </time>
    ),
  },
  { id: 'location', head: common.location, width: 120, cell: ({ location }) => quiet(location.code) },
  { id: 'reason', head: text.reason, width: 120, cell: ({ reason }) => <span>{common.reasons[reason]}</span> },
  { id: 'delta', head: common.onHand, width: 90, isNumber: true, cell: ({ delta }) => <Delta count={delta} /> },
  {
    id: 'reserved',
    head: common.reserved,
    width: 90,
    isNumber: true,
    cell: (row) => <Delta count={row.change.reserved} />,
  },
  {
    id: 'incoming',
    head: common.incoming,
    width: 90,
    isNumber: true,
    cell: (row) => <Delta count={row.change.incoming} />,
  },
  {
    id: 'after',
    head: text.onHandAfter,
    width: 110,
    isNumber: true,
    cell: ({ after }) => <span>{units(after.onHand)}</span>,
  },
  {
    id: 'availableAfter',
    head: text.availableAfter,
    width: 120,
    isNumber: true,
    cell: ({ after }) => <span>{units(after.available)}</span>,
  },
  { id: 'reference', head: text.reference, width: 150, cell: ({ reference }) => quiet(reference) },
  { id: 'actor', head: text.actor, width: 150, cell: ({ operation }) => quiet(operation.actor) },
  { id: 'kind', head: text.operation, width: 180, cell: ({ operation }) => quiet(operation.kind) },
  { id: 'note', head: text.note, width: 180, grows: true, cell: ({ operation }) => quiet(operation.note) },
]

export function LedgerTab({ sku, location }: { sku: string; location: string | null }) {
  const [reason, setReason] = useState<MovementReason | ''>('')
  const ledger = useMemo(
    () => new Ledger({ sku, location, reasons: reason === '' ? null : [reason] }),
    [sku, location, reason],
  )
  useEffect(() => () => ledger.close(), [ledger])
  const look = useMemo(() => (first: number, last: number) => ledger.look(first, last), [ledger])
  void ledger.revision.value
  void ledger.past.revision.value
  const { count } = ledger
  const problem = ledger.past.problem.value
  return (
    <Panel
      title={text.ledger}
      hint={count === undefined ? '' : units(count)}
      isFlush
      actions={
        <SelectField
          label={text.reason}
          value={reason}
          options={[['', common.all], ...REASONS.map((name) => [name, common.reasons[name]] as const)]}
          onValue={(name) => setReason(name)}
        />
      }
    >
      {problem && <Failed problem={problem} onRetry={() => ledger.look(0, 0)} />}
      {count === undefined && !problem && <Skeleton lines={8} />}
      {count === 0 && (reason === '' ? <Empty>{text.noMovements}</Empty> : <Empty title={text.noneOfReason} />)}
      {count !== undefined && count > 0 && (
        <VirtualTable
          key={ledger}
          label={text.ledger}
          class={styles.ledger}
          columns={COLUMNS}
          count={count}
          rowAt={(index) => ledger.at(index)}
          rowHeight={ROW}
          onView={look}
        />
      )}
    </Panel>
  )
}
