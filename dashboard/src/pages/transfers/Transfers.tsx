// Transfers by state, as they are now; one of them is a drawer beside the board.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { useCollection } from '../../api/collection'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { units } from '../../format/number'
import {
  type TransferCardFragment,
  TransfersCountsDocument,
  TransfersFeedDocument,
  type TransfersFeedSubscription,
  TransfersPageDocument,
} from '../../gql/graphql'
import { go, place, setSearch, to } from '../../shell/location'
import type { PageProps } from '../../shell/routes'
import { shell } from '../../text/shell'
import { states } from '../../text/states'
import { transfers as text } from '../../text/transfers'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'
import { Board } from '../../ui/Board'
import { Button } from '../../ui/Button'
import styles from '../../ui/Cards.module.css'
import { LocationPicker } from '../../ui/CodePicker'
import { TextField } from '../../ui/Field'
import { PageHeader } from '../../ui/PageHeader'
import { TRANSFER_LOOKS } from '../../ui/StateBadges'
import { Empty, Loaded } from '../../ui/States'
import { useSettled } from '../../ui/useSettled'
import { CreateDialog } from './CreateDialog'
import { STATES } from './states'
import { TransferDrawer } from './TransferDrawer'

type Card = TransferCardFragment

const titleOf = ({ reference, source, destination }: Card): string =>
  reference ?? text.title(source.name, destination.name)

/** Return the transfers that a text is found in, the newest change first. */
function found(cards: readonly Card[], typed: string): Card[] {
  const wanted = typed.trim().toLowerCase()
  const whole = ({ reference, source, destination, lines }: Card) =>
    [
      reference,
      source.name,
      source.code,
      destination.name,
      destination.code,
      ...lines.nodes.map(({ item }) => item.name),
    ]
      .join(' ')
      .toLowerCase()
  return cards
    .filter((card) => !wanted || whole(card).includes(wanted))
    .sort((one, other) => other.updatedAt.localeCompare(one.updatedAt))
}

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
  const counts = useQuery(TransfersCountsDocument, filter, { of: useSettled(nodes, 400).size, everyMs: 30_000 })
  const feed = { next: ({ transfers }: TransfersFeedSubscription) => collection.take(transfers.transfer) }
  useLive(TransfersFeedDocument, filter, feed, { isQuiet: true }) // where nothing is open, nothing arrives
  useEffect(() => {
    if (page.data)
      for (const part of [page.data.open, page.data.received, page.data.cancelled])
        for (const card of part.nodes) collection.take(card)
  }, [page.data, collection])

  const typed = search.get('q') ?? ''
  const cards = useMemo(() => found([...nodes.values()], typed), [nodes, typed])
  const [isCreating, setCreating] = useState(search.has('new'))
  const close = () => {
    setCreating(false)
    setSearch({ new: null, source: null, sku: null })
  }
  const parameters = search.size > 0 ? `?${search}` : ''
  const here = (state: (typeof STATES)[number]) => cards.filter((card) => card.state === state)
  const [open] = path
  return (
    <>
      <PageHeader title={shell.pages.transfers} hint={text.hint}>
        {may('STOCK_WRITE') && (
          <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
            {text.create}
          </Button>
        )}
      </PageHeader>
      <div class={styles.filters}>
        <TextField type="search" label={text.search} value={typed} onValue={(q) => setSearch({ q })} />
        <LocationPicker value={filter.location} onValue={(location) => setSearch({ location })} />
      </div>
      <Loaded query={page} lines={8}>
        {() => {
          if (nodes.size === 0 && filter.location === null)
            return (
              <Empty icon="transfers" title={text.emptyTitle}>
                {text.emptyHint}
              </Empty>
            )
          if (cards.length === 0) return <Empty icon="filter" title={text.noneFit} />
          return (
            <Board<Card>
              label={shell.pages.transfers}
              keyOf={({ id }) => id}
              versionOf={({ version }) => version}
              titleOf={titleOf}
              hrefOf={({ id }) => to('transfers', id) + parameters}
              columns={STATES.map((state) => ({
                id: state,
                title: states.transfers[state],
                icon: TRANSFER_LOOKS[state].icon,
                cards: here(state),
                count: typed
                  ? here(state).length
                  : counts.data && Math.max(counts.data[state].totalCount, here(state).length),
              }))}
            >
              {(card) => <Content card={card} />}
            </Board>
          )
        }}
      </Loaded>
      {open !== undefined && (
        <TransferDrawer
          key={open}
          id={open}
          version={nodes.get(open)?.version}
          onClose={() => go(to('transfers') + parameters)}
        />
      )}
      {isCreating && <CreateDialog onClose={close} />}
    </>
  )
}
