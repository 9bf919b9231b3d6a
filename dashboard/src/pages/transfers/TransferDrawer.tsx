// One transfer: its lines, what to do next with it, and what happened to it.
import { useQuery } from '../../api/query'
import { may, sees } from '../../api/session'
import { units } from '../../format/number'
import { dateTime } from '../../format/time'
import { TransfersHistoryDocument, TransfersOneDocument, type TransfersOneQuery } from '../../gql/graphql'
import { shell } from '../../text/shell'
import { transfers as text } from '../../text/transfers'
import { Badge } from '../../ui/Badge'
import styles from '../../ui/Cards.module.css'
import { DocumentActions, DocumentDrawer } from '../../ui/DocumentDrawer'
import { Fact, Facts } from '../../ui/Facts'
import { HistoryPanel, Reversible } from '../../ui/HistoryPanel'
import { useHistory } from '../../ui/history'
import type { IconName } from '../../ui/icons'
import { countColumns, itemColumn } from '../../ui/lineColumns'
import { Panel } from '../../ui/Panel'
import { TransferBadge } from '../../ui/StateBadges'
import { type Column, Table } from '../../ui/Table'
import { Why } from '../../ui/Why'
import { type Doing, doable, hasLost, lostBy } from './states'
import { CancelDialog, FoundDialog, ReceiveDialog, ShipDialog } from './TransferDialogs'

export type Transfer = NonNullable<TransfersOneQuery['transfer']>
type Line = Transfer['lines']['nodes'][number]

const DIALOGS = { ship: ShipDialog, receive: ReceiveDialog, cancel: CancelDialog }
const ICONS: Record<Doing, IconName> = { ship: 'right', receive: 'plus', cancel: 'close' }

const why: Column<Line> = {
  id: 'reason',
  title: text.columns.reason,
  cell: ({ reason }) => reason && <Why reasons={[reason]} />,
}

export function TransferDrawer({ id, version, onClose }: { id: string; version: number | undefined; onClose(): void }) {
  const query = useQuery(TransfersOneDocument, { id }, { of: version ?? 0 })
  const transfer = query.data?.transfer
  return (
    <DocumentDrawer
      query={query}
      of={(data) => data.transfer ?? null}
      title={
        transfer
          ? (transfer.reference ?? text.title(transfer.source.name, transfer.destination.name))
          : shell.pages.transfers
      }
      icon="transfers"
      notFound={text.notFound}
      onClose={onClose}
    >
      {(found) => <Shown transfer={found} onChanged={query.refetch} />}
    </DocumentDrawer>
  )
}

function Shown({ transfer, onChanged }: { transfer: Transfer; onChanged(): void }) {
  const { state, isProposal, source, destination, createdAt, updatedAt, lines } = transfer
  const history = useHistory(TransfersHistoryDocument, transfer, (data) => data.transfer?.operations)
  const mayWrite = may('STOCK_WRITE')
  const isAt = { source: sees(source.code), destination: sees(destination.code) }
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
      <DocumentActions<Doing>
        actions={(mayWrite ? doable(state, isAt) : []).map((name) => ({
          name,
          label: text[name],
          icon: ICONS[name],
          isDangerous: name === 'cancel',
        }))}
        dialog={(doing, props) => {
          const Doer = DIALOGS[doing]
          return <Doer transfer={transfer} {...props} />
        }}
        onDone={onChanged}
      />
      <Facts>
        <Fact name={text.from}>{source.name}</Fact>
        <Fact name={text.to}>{destination.name}</Fact>
        <Fact name={text.created}>{dateTime(createdAt)}</Fact>
        <Fact name={text.changed}>{dateTime(updatedAt)}</Fact>
      </Facts>
      <Panel title={text.lines} hint={units(lines.totalCount)} isFlush>
        <Table<Line>
          label={text.lines}
          columns={[
            itemColumn(text.columns.item),
            ...(lines.nodes.some(({ reason }) => reason) ? [why] : []),
            ...countColumns(lines.nodes, text.columns, {
              always: state === 'DRAFT' ? ['quantity'] : ['quantity', 'shipped', 'received', 'outstanding'],
              rare: ['lost', 'over', 'returned'],
            }),
          ]}
          rows={lines.nodes}
          keyOf={({ item }) => item.sku}
        />
      </Panel>
      <HistoryPanel history={history}>
        {(entry) =>
          entry.kind === 'transferReceive' &&
          hasLost(entry) && (
            <Reversible
              entry={entry}
              entries={history.entries}
              unitsOf={lostBy}
              label={text.reverse}
              words={text}
              mayReverse={mayWrite && isAt.destination}
              isNothingLeft={lines.nodes.length === lines.totalCount && lines.nodes.every(({ lost }) => lost === 0)}
              onDone={onChanged}
            >
              {(left, props) => <FoundDialog transfer={transfer} operation={entry.id} left={left} {...props} />}
            </Reversible>
          )
        }
      </HistoryPanel>
    </>
  )
}
