// One reservation: where its units are, what to do next with it, and what happened to it.
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { date, dateTime } from '../../format/time'
import {
  ReservationsHistoryDocument,
  ReservationsOneDocument,
  type ReservationsOneQuery,
  ReservationsOperationsDocument,
} from '../../gql/graphql'
import { reservations as text } from '../../text/reservations'
import { Badge } from '../../ui/Badge'
import styles from '../../ui/Cards.module.css'
import { DocumentActions, DocumentDrawer } from '../../ui/DocumentDrawer'
import { Fact, Facts } from '../../ui/Facts'
import { HistoryPanel, Reversible } from '../../ui/HistoryPanel'
import { useHistory } from '../../ui/history'
import type { IconName } from '../../ui/icons'
import { countColumns, itemColumn } from '../../ui/lineColumns'
import { Panel } from '../../ui/Panel'
import { ReservationBadge } from '../../ui/StateBadges'
import { type Column, Table } from '../../ui/Table'
import { Expiry } from './Expiry'
import { isOpen, partsOf } from './parts'
import { ExtendDialog, FulfillDialog, MoveDialog, ReleaseDialog, ReverseDialog } from './ReservationDialogs'

export type Reservation = NonNullable<ReservationsOneQuery['reservation']>
type Line = Reservation['lines']['nodes'][number]

const DIALOGS = { fulfill: FulfillDialog, extend: ExtendDialog, move: MoveDialog, release: ReleaseDialog }
type Doing = keyof typeof DIALOGS
const ICONS: Record<Doing, IconName> = { fulfill: 'check', extend: 'clock', move: 'transfers', release: 'undo' }

const where: Column<Line> = {
  id: 'where',
  title: text.columns.where,
  cell: ({ holds }) =>
    holds.nodes
      .filter(({ held, waiting }) => held + waiting > 0)
      .map(({ location }) => location.name)
      .join(', '),
}

export function ReservationDrawer({
  id,
  version,
  onClose,
}: {
  id: string
  version: number | undefined
  onClose(): void
}) {
  const query = useQuery(ReservationsOneDocument, { id }, { of: version ?? 0 })
  return (
    <DocumentDrawer
      query={query}
      of={({ reservation }) => reservation ?? null}
      title={query.data?.reservation?.reference ?? text.untitled}
      icon="reservations"
      notFound={text.notFound}
      onClose={onClose}
    >
      {(reservation) => <Shown reservation={reservation} onChanged={query.refetch} />}
    </DocumentDrawer>
  )
}

function doable({ state, lines }: Reservation): Doing[] {
  if (!may('ORDERS_WRITE') || !isOpen(state)) return []
  return [
    ...(partsOf(lines.nodes, { withWaiting: false }).length > 0 ? (['fulfill'] as const) : []),
    'extend',
    'move',
    'release',
  ]
}

function Shown({ reservation, onChanged }: { reservation: Reservation; onChanged(): void }) {
  const { state, channel, createdAt, expiresAt, neededBy, shortUnits, short, acceptedLocations, lines } = reservation
  const history = useHistory(
    may('STOCK_READ') ? ReservationsHistoryDocument : ReservationsOperationsDocument,
    reservation,
    (data) => data.reservation?.operations,
  )
  return (
    <>
      <p class={styles.badges}>
        <ReservationBadge state={state} />
        {shortUnits > 0 && (
          <Badge tone="bad" icon="stop">
            {text.short(units(shortUnits))}
          </Badge>
        )}
      </p>
      <DocumentActions<Doing>
        actions={doable(reservation).map((name) => ({
          name,
          label: text[name],
          icon: ICONS[name],
          isDangerous: name === 'release',
        }))}
        dialog={(doing, props) => {
          const Doer = DIALOGS[doing]
          return <Doer reservation={reservation} {...props} />
        }}
        onDone={onChanged}
      />
      <Facts>
        <Fact name={text.channel}>{channel}</Fact>
        <Fact name={text.created}>{dateTime(createdAt)}</Fact>
        <Fact name={text.expires}>
          {isOpen(state) &&
            (expiresAt ? (
              <>
                <span>{dateTime(expiresAt)}</span>{' '}
                <span class={styles.sub}>
                  <Expiry at={expiresAt} />
                </span>
              </>
            ) : (
              text.never
            ))}
        </Fact>
        <Fact name={text.needed}>{neededBy && date(neededBy)}</Fact>
        <Fact name={text.accepted}>{acceptedLocations?.join(', ')}</Fact>
      </Facts>
      {short.nodes.length > 0 && (
        <Panel title={text.shortTitle} hint={text.shortHint}>
          <ul>
            {short.nodes.map((part) => (
              <li key={`${part.sku} ${part.location.name}`}>
                {text.shortLine(units(part.units), part.sku, part.location.name)}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={text.lines} hint={units(lines.totalCount)} isFlush>
        <Table<Line>
          label={text.lines}
          columns={[
            itemColumn(text.columns.item),
            ...(isOpen(state) ? [where] : []),
            ...countColumns(lines.nodes, text.columns, {
              always: ['quantity', 'held'],
              rare: ['waiting', 'fulfilled', 'released', 'shortage'],
            }),
          ]}
          rows={lines.nodes}
          keyOf={(line) => `${line.sku} ${lines.nodes.indexOf(line)}`}
        />
      </Panel>
      <HistoryPanel history={history}>
        {(entry) =>
          entry.kind === 'reservationFulfill' && (
            <Reversible
              entry={entry}
              entries={history.entries}
              unitsOf={({ delta }) => -delta}
              label={text.reverse}
              mayReverse={may('ORDERS_WRITE')}
              isNothingLeft={
                lines.nodes.length === lines.totalCount && lines.nodes.every(({ fulfilled }) => fulfilled === 0)
              }
              onDone={onChanged}
            >
              {(left, props) => <ReverseDialog reservation={reservation} operation={entry.id} left={left} {...props} />}
            </Reversible>
          )
        }
      </HistoryPanel>
    </>
  )
}
