// Transfers by state, as they are now; one of them is a drawer beside the board.
import { useEffect } from 'preact/hooks'
import { tally, useCollection } from '../../api/collection'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { may, viewer } from '../../api/session'
import { units } from '../../format/number'
import {
  type TransferCardFragment,
  type TransferState,
  TransfersCountsDocument,
  TransfersFeedDocument,
  type TransfersFeedSubscription,
  TransfersPageDocument,
} from '../../gql/graphql'
import { place, setSearch } from '../../shell/location'
import type { PageProps } from '../../shell/routes'
import { states } from '../../text/states'
import { transfers as text } from '../../text/transfers'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import styles from '../../ui/Cards.module.css'
import { LocationPicker } from '../../ui/CodePicker'
import { DocumentBoard } from '../../ui/DocumentBoard'
import { TRANSFER_LOOKS } from '../../ui/StateBadges'
import { useSettled } from '../../ui/useSettled'
import { CreateDialog } from './CreateDialog'
import { STATES } from './states'
import { TransferDrawer } from './TransferDrawer'

type Card = TransferCardFragment

const titleOf = ({ reference, source, destination }: Card): string =>
  reference ?? text.title(source.name, destination.name)

const wordsOf = ({ reference, source, destination, lines }: Card) => [
  reference,
  source.name,
  source.code,
  destination.name,
  destination.code,
  ...lines.nodes.map(({ item }) => item.name),
]

function Content({ card: { reference, source, destination, lines, isProposal, updatedAt } }: { card: Card }) {
  const more = lines.totalCount - lines.nodes.length
  return (
    <>
      {reference && <p class={styles.route}>{text.title(source.name, destination.name)}</p>}
      <p class={styles.items}>
        {lines.nodes.map(({ item, quantity }) => `${units(quantity)} × ${item.name}`).join(', ')}
        {more > 0 && ` ${text.andMore(units(more))}`}
      </p>
      <p class={styles.foot}>
        <Ago at={updatedAt} />
        {isProposal && (
          <span title={text.proposalHint}>
            <Badge icon="settings">{text.proposal}</Badge>
          </span>
        )}
      </p>
    </>
  )
}

const isOver = ({ state }: Card): boolean => state === 'RECEIVED' || state === 'CANCELLED'

export default function Transfers({ path }: PageProps) {
  const { search } = place.value
  const filter = { location: search.get('location') }
  const page = useQuery(TransfersPageDocument, filter)
  const collection = useCollection<Card>(JSON.stringify(filter), isOver)
  const nodes = collection.nodes.value
  const counts = useQuery(TransfersCountsDocument, filter, { of: tally(useSettled(nodes, 400)), everyMs: 30_000 })
  const feed = { next: ({ transfers }: TransfersFeedSubscription) => collection.take(transfers.transfer) }
  useLive(TransfersFeedDocument, filter, feed, { isQuiet: true }) // where nothing is open, nothing arrives
  useEffect(() => {
    if (page.data)
      for (const part of [page.data.open, page.data.received, page.data.cancelled])
        for (const card of part.nodes) collection.take(card)
  }, [page.data, collection])

  return (
    <DocumentBoard<TransferState, Card>
      page="transfers"
      open={path[0]}
      text={text}
      query={page}
      nodes={nodes}
      counts={counts.data}
      states={STATES}
      stateNames={states.transfers}
      looks={TRANSFER_LOOKS}
      isNarrowed={filter.location !== null}
      filters={<LocationPicker value={filter.location} onValue={(location) => setSearch({ location })} />}
      titleOf={titleOf}
      wordsOf={wordsOf}
      card={(card) => <Content card={card} />}
      drawer={(id, version, onClose) => <TransferDrawer key={id} id={id} version={version} onClose={onClose} />}
      creator={
        may('STOCK_WRITE') && viewer.value?.locations?.length !== 1
          ? (onClose) => <CreateDialog onClose={onClose} />
          : undefined
      }
    />
  )
}
