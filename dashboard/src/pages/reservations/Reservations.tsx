// Reservations by state, as they are now; one of them is a drawer beside the board.
import { useEffect } from 'preact/hooks'
import { tally, useCollection } from '../../api/collection'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { date } from '../../format/time'
import {
  type ReservationCardFragment,
  type ReservationState,
  ReservationsCountsDocument,
  ReservationsFeedDocument,
  type ReservationsFeedSubscription,
  ReservationsPageDocument,
} from '../../gql/graphql'
import { place, setSearch } from '../../shell/location'
import type { PageProps } from '../../shell/routes'
import { reservations as text } from '../../text/reservations'
import { states } from '../../text/states'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import styles from '../../ui/Cards.module.css'
import { LocationPicker } from '../../ui/CodePicker'
import { DocumentBoard } from '../../ui/DocumentBoard'
import { SelectField } from '../../ui/Field'
import { RESERVATION_LOOKS } from '../../ui/StateBadges'
import { useSettled } from '../../ui/useSettled'
import { CreateDialog } from './CreateDialog'
import { Expiry } from './Expiry'
import { isOpen, STATES } from './parts'
import { ReservationDrawer } from './ReservationDrawer'

type Card = ReservationCardFragment
type Shortness = 'all' | 'short' | 'whole'

const SHORTNESSES: readonly Shortness[] = ['all', 'short', 'whole']

const titleOf = ({ reference, lines }: Card): string => reference ?? lines.nodes[0]?.item.name ?? text.untitled

const wordsOf = ({ reference, channel, lines }: Card) => [
  reference,
  channel,
  ...lines.nodes.map(({ item }) => item.name),
]

function Content({ card }: { card: Card }) {
  const { lines, channel, expiresAt, neededBy, shortUnits, state, updatedAt } = card
  const more = lines.totalCount - lines.nodes.length
  const waiting = lines.nodes.reduce((total, line) => total + line.waiting, 0)
  return (
    <>
      <p class={styles.items}>
        {lines.nodes.map(({ item, quantity }) => `${units(quantity)} × ${item.name}`).join(', ')}
        {more > 0 && ` ${text.andMore(units(more))}`}
      </p>
      {(shortUnits > 0 || waiting > 0) && (
        <p class={styles.badges}>
          {shortUnits > 0 && (
            <Badge tone="bad" icon="stop">
              {text.short(units(shortUnits))}
            </Badge>
          )}
          {waiting > 0 && (
            <Badge tone="warn" icon="clock">
              {text.waiting(units(waiting))}
            </Badge>
          )}
        </p>
      )}
      {neededBy && isOpen(state) && <p class={styles.items}>{text.neededBy(date(neededBy))}</p>}
      <p class={styles.foot}>
        {expiresAt && isOpen(state) ? <Expiry at={expiresAt} /> : <Ago at={updatedAt} />}
        {channel && <Badge>{channel}</Badge>}
      </p>
    </>
  )
}

const MOST_OPEN = 100

const isOver = ({ state }: Card): boolean => !isOpen(state)

export default function Reservations({ path }: PageProps) {
  const { search } = place.value
  const shortness = SHORTNESSES.find((name) => name === search.get('short')) ?? 'all'
  const filter = { location: search.get('location'), isShort: shortness === 'all' ? null : shortness === 'short' }
  const page = useQuery(ReservationsPageDocument, filter, { everyMs: 30_000 }) // what is short follows from levels
  const collection = useCollection<Card>(JSON.stringify(filter), isOver)
  const nodes = collection.nodes.value
  const counts = useQuery(ReservationsCountsDocument, filter, { of: tally(useSettled(nodes, 400)), everyMs: 30_000 })
  const feed = {
    next: ({ reservations: { reservation } }: ReservationsFeedSubscription) =>
      collection.take(reservation, filter.isShort === null || reservation.shortUnits > 0 === filter.isShort),
  }
  useLive(ReservationsFeedDocument, { location: filter.location }, feed, { isQuiet: true }) // where nothing is open, nothing arrives
  useEffect(() => {
    if (!page.data) return
    const { open, fulfilled, released, expired } = page.data
    for (const part of [open, fulfilled, released, expired]) for (const card of part.nodes) collection.take(card)
    if (filter.isShort === null || open.nodes.length === MOST_OPEN) return
    const listed = new Set(open.nodes.map(({ id }) => id))
    for (const card of collection.nodes.peek().values())
      if (isOpen(card.state) && !listed.has(card.id)) collection.take(card, false) // short no more, or by now
  }, [page.data, collection])

  return (
    <DocumentBoard<ReservationState, Card>
      page="reservations"
      open={path[0]}
      text={text}
      query={page}
      nodes={nodes}
      counts={counts.data}
      states={STATES}
      stateNames={states.reservations}
      looks={RESERVATION_LOOKS}
      isNarrowed={filter.location !== null || filter.isShort !== null}
      titleOf={titleOf}
      wordsOf={wordsOf}
      card={(card) => <Content card={card} />}
      drawer={(id, version, onClose) => <ReservationDrawer key={id} id={id} version={version} onClose={onClose} />}
      creator={may('ORDERS_WRITE') ? (onClose) => <CreateDialog onClose={onClose} /> : undefined}
      filters={
        <>
          <LocationPicker value={filter.location} onValue={(location) => setSearch({ location })} />
          <SelectField<Shortness>
            label={text.shortness}
            value={shortness}
            onValue={(name) => setSearch({ short: name === 'all' ? null : name })}
            options={SHORTNESSES.map((name) => [name, text.shortnesses[name]] as const)}
          />
        </>
      }
    />
  )
}
