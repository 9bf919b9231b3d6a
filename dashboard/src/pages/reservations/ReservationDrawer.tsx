// One reservation: where its units are, and what to do next with it.
import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { date, dateTime } from '../../format/time'
import { ReservationsOneDocument, type ReservationsOneQuery } from '../../gql/graphql'
import { to } from '../../shell/location'
import { reservations as text } from '../../text/reservations'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import styles from '../../ui/Cards.module.css'
import { Dialog } from '../../ui/Dialog'
import { Fact, Facts } from '../../ui/Facts'
import type { IconName } from '../../ui/icons'
import { Panel } from '../../ui/Panel'
import { ReservationBadge } from '../../ui/StateBadges'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { Expiry } from './Expiry'
import { isOpen, partsOf } from './parts'
import { ExtendDialog, FulfillDialog, MoveDialog, ReleaseDialog } from './ReservationDialogs'

export type Reservation = NonNullable<ReservationsOneQuery['reservation']>
type Line = Reservation['lines']['nodes'][number]
type Count = 'quantity' | 'held' | 'waiting' | 'fulfilled' | 'released' | 'shortage'

const DIALOGS = { fulfill: FulfillDialog, extend: ExtendDialog, move: MoveDialog, release: ReleaseDialog }
type Doing = keyof typeof DIALOGS
const ICONS: Record<Doing, IconName> = { fulfill: 'check', extend: 'clock', move: 'transfers', release: 'undo' }

function columnsOf(lines: readonly Line[]): Column<Line>[] {
  const sum = (part: Count) => lines.reduce((total, line) => total + line[part], 0)
  const number = (part: Count): Column<Line> => ({
    id: part,
    title: text.columns[part],
    isNumber: true,
    cell: (line) => units(line[part]),
    foot: units(sum(part)),
  })
  const rare: Count[] = ['waiting', 'fulfilled', 'released', 'shortage']
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
    {
      id: 'where',
      title: text.columns.where,
      cell: ({ holds }) =>
        holds.nodes
          .filter(({ held, waiting }) => held + waiting > 0)
          .map(({ location }) => location.name)
          .join(', '),
    },
    number('quantity'),
    number('held'),
    ...rare.filter((part) => sum(part) > 0).map(number),
  ]
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
    <Dialog title={query.data?.reservation?.reference ?? text.untitled} onClose={onClose} isSide>
      <div class={styles.detail}>
        <Loaded query={query} lines={8}>
          {({ reservation }) =>
            reservation ? (
              <Shown reservation={reservation} onChanged={query.refetch} />
            ) : (
              <Empty icon="reservations" title={text.notFound} />
            )
          }
        </Loaded>
      </div>
    </Dialog>
  )
}

function Shown({ reservation, onChanged }: { reservation: Reservation; onChanged(): void }) {
  const [doing, setDoing] = useState<Doing>()
  const { state, channel, createdAt, expiresAt, neededBy, shortUnits, short, acceptedLocations, lines } = reservation
  const isHeld = partsOf(lines.nodes, { withWaiting: false }).length > 0
  const actions: Doing[] =
    may('ORDERS_WRITE') && isOpen(state) ? [...(isHeld ? (['fulfill'] as const) : []), 'extend', 'move', 'release'] : []
  useEffect(() => setDoing(undefined), [state])
  const Doer = doing && DIALOGS[doing]
  const done = () => {
    setDoing(undefined)
    onChanged()
  }
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
      {actions.length > 0 && (
        <div class={styles.actions}>
          {actions.map((name, index) => (
            <Button
              key={name}
              kind={name === 'release' ? 'danger' : index === 0 ? 'primary' : 'plain'}
              icon={ICONS[name]}
              onClick={() => setDoing(name)}
            >
              {text[name]}
            </Button>
          ))}
        </div>
      )}
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
        <Table
          label={text.lines}
          columns={columnsOf(lines.nodes)}
          rows={lines.nodes}
          keyOf={(line) => `${line.sku} ${lines.nodes.indexOf(line)}`}
        />
      </Panel>
      {Doer && <Doer reservation={reservation} onClose={() => setDoing(undefined)} onDone={done} />}
    </>
  )
}
