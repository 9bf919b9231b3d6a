// One transfer: its lines, and what to do next with it.
import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { dateTime } from '../../format/time'
import { TransfersOneDocument, type TransfersOneQuery } from '../../gql/graphql'
import { to } from '../../shell/location'
import { shell } from '../../text/shell'
import { transfers as text } from '../../text/transfers'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import styles from '../../ui/Cards.module.css'
import { Dialog } from '../../ui/Dialog'
import { Fact, Facts } from '../../ui/Facts'
import type { IconName } from '../../ui/icons'
import { Panel } from '../../ui/Panel'
import { TransferBadge } from '../../ui/StateBadges'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { Why } from '../../ui/Why'
import { type Doing, doable } from './states'
import { CancelDialog, FoundDialog, ReceiveDialog, ShipDialog } from './TransferDialogs'

export type Transfer = NonNullable<TransfersOneQuery['transfer']>
type Line = Transfer['lines']['nodes'][number]
type Count = 'quantity' | 'shipped' | 'received' | 'outstanding' | 'lost' | 'over' | 'returned'

const ICONS: Record<Doing, IconName> = { ship: 'right', receive: 'plus', cancel: 'close', reverse: 'undo' }
const DIALOGS = { ship: ShipDialog, receive: ReceiveDialog, cancel: CancelDialog, reverse: FoundDialog }

function columnsOf({ state, lines: { nodes } }: Transfer): Column<Line>[] {
  const sum = (part: Count) => nodes.reduce((total, line) => total + line[part], 0)
  const number = (part: Count): Column<Line> => ({
    id: part,
    title: text.columns[part],
    isNumber: true,
    cell: (line) => units(line[part]),
    foot: units(sum(part)),
  })
  const shown: Count[] = state === 'DRAFT' ? ['quantity'] : ['quantity', 'shipped', 'received', 'outstanding']
  const rare: Count[] = ['lost', 'over', 'returned']
  return [
    {
      id: 'item',
      title: text.columns.item,
      isMain: true,
      cell: ({ item }) => (
        <>
          <a href={to('items', item.sku)}>{item.name}</a>
          <span class={styles.sub}>{item.sku}</span>
        </>
      ),
    },
    ...(nodes.some(({ reason }) => reason)
      ? [{ id: 'reason', title: text.columns.reason, cell: ({ reason }: Line) => reason && <Why reasons={[reason]} /> }]
      : []),
    ...[...shown, ...rare.filter((part) => sum(part) > 0)].map(number),
  ]
}

export function TransferDrawer({ id, version, onClose }: { id: string; version: number | undefined; onClose(): void }) {
  const query = useQuery(TransfersOneDocument, { id }, { of: version ?? 0 })
  const transfer = query.data?.transfer
  return (
    <Dialog
      title={
        transfer
          ? (transfer.reference ?? text.title(transfer.source.name, transfer.destination.name))
          : shell.pages.transfers
      }
      onClose={onClose}
      isSide
    >
      <div class={styles.detail}>
        <Loaded query={query} lines={8}>
          {(data) =>
            data.transfer ? (
              <Shown transfer={data.transfer} onChanged={query.refetch} />
            ) : (
              <Empty icon="transfers" title={text.notFound} />
            )
          }
        </Loaded>
      </div>
    </Dialog>
  )
}

function Shown({ transfer, onChanged }: { transfer: Transfer; onChanged(): void }) {
  const [doing, setDoing] = useState<Doing>()
  const { state, isProposal, source, destination, createdAt, updatedAt, lines } = transfer
  const lost = lines.nodes.reduce((total, line) => total + line.lost, 0)
  const actions = may('STOCK_WRITE') ? doable(state, lost) : []
  useEffect(() => setDoing(undefined), [state])
  const Doer = doing && DIALOGS[doing]
  const done = () => {
    setDoing(undefined)
    onChanged()
  }
  return (
    <>
      <p class={styles.badges}>
        <TransferBadge state={state} />
        {isProposal && (
          <span title={text.proposalHint}>
            <Badge icon="settings">{text.proposal}</Badge>
          </span>
        )}
      </p>
      {actions.length > 0 && (
        <div class={styles.actions}>
          {actions.map((name, index) => (
            <Button
              key={name}
              kind={name === 'cancel' ? 'danger' : index === 0 ? 'primary' : 'plain'}
              icon={ICONS[name]}
              onClick={() => setDoing(name)}
            >
              {text[name]}
            </Button>
          ))}
        </div>
      )}
      <Facts>
        <Fact name={text.from}>{source.name}</Fact>
        <Fact name={text.to}>{destination.name}</Fact>
        <Fact name={text.created}>{dateTime(createdAt)}</Fact>
        <Fact name={text.changed}>{dateTime(updatedAt)}</Fact>
      </Facts>
      <Panel title={text.lines} hint={units(lines.totalCount)} isFlush>
        <Table label={text.lines} columns={columnsOf(transfer)} rows={lines.nodes} keyOf={({ item }) => item.sku} />
      </Panel>
      {Doer && <Doer transfer={transfer} onClose={() => setDoing(undefined)} onDone={done} />}
    </>
  )
}
