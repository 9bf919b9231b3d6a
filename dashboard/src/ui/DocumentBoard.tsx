// The page of documents by state, as they are now: what narrows them, the board, and one of them beside it.
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { Query } from '../api/query'
import { go, place, setSearch, to } from '../shell/location'
import { shell } from '../text/shell'
import { Board } from './Board'
import { Button } from './Button'
import styles from './Cards.module.css'
import { TextField } from './Field'
import type { IconName } from './icons'
import { PageHeader } from './PageHeader'
import { Empty, Loaded } from './States'

interface BoardCard<State extends string> {
  id: string
  version: number
  state: State
  updatedAt: string
}

/** Return the documents that a text is found in, the newest change first. */
export function found<Card extends { updatedAt: string }>(
  cards: readonly Card[],
  typed: string,
  wordsOf: (card: Card) => readonly (string | null)[],
): Card[] {
  const wanted = typed.trim().toLowerCase()
  return cards
    .filter((card) => !wanted || wordsOf(card).join(' ').toLowerCase().includes(wanted))
    .sort((one, other) => other.updatedAt.localeCompare(one.updatedAt))
}

export interface DocumentBoardProps<State extends string, Card extends BoardCard<State>> {
  page: 'reservations' | 'transfers'
  /** The document that is open. */
  open: string | undefined
  text: { hint: string; create: string; search: string; emptyTitle: string; emptyHint: string; noneFit: string }
  query: Query<unknown>
  nodes: ReadonlyMap<string, Card>
  /** How many there are in each state. */
  counts: Record<State, { totalCount: number }> | undefined
  states: readonly State[]
  stateNames: Record<State, string>
  looks: Record<State, { icon: IconName }>
  /** Whether a filter leaves some out. */
  isNarrowed: boolean
  filters: ComponentChildren
  titleOf(card: Card): string
  /** What a search looks at. */
  wordsOf(card: Card): readonly (string | null)[]
  /** The rest of a card. */
  card(card: Card): ComponentChildren
  drawer(id: string, version: number | undefined, onClose: () => void): ComponentChildren
  /** The dialog of a new one; undefined for those who may make none. */
  creator: ((onClose: () => void) => ComponentChildren) | undefined
}

export function DocumentBoard<State extends string, Card extends BoardCard<State>>({
  page,
  open,
  text,
  query,
  nodes,
  counts,
  states,
  stateNames,
  looks,
  isNarrowed,
  filters,
  titleOf,
  wordsOf,
  card: content,
  drawer,
  creator,
}: DocumentBoardProps<State, Card>) {
  const { search } = place.value
  const typed = search.get('q') ?? ''
  const cards = useMemo(() => found([...nodes.values()], typed, wordsOf), [nodes, typed])
  const [isCreating, setCreating] = useState(search.has('new'))
  const parameters = search.size > 0 ? `?${search}` : ''
  const here = (state: State) => cards.filter((card) => card.state === state)
  const stopCreating = () => {
    setCreating(false)
    setSearch({ new: null, source: null, destination: null, sku: null })
  }
  return (
    <>
      <PageHeader title={shell.pages[page]} hint={text.hint}>
        {creator && (
          <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
            {text.create}
          </Button>
        )}
      </PageHeader>
      <div class={styles.filters}>
        <TextField type="search" label={text.search} value={typed} onValue={(q) => setSearch({ q })} />
        {filters}
      </div>
      <Loaded query={query} lines={8}>
        {() => {
          if (nodes.size === 0 && !isNarrowed)
            return (
              <Empty icon={page} title={text.emptyTitle}>
                {text.emptyHint}
              </Empty>
            )
          if (cards.length === 0) return <Empty icon="filter" title={text.noneFit} />
          return (
            <Board<Card>
              label={shell.pages[page]}
              keyOf={({ id }) => id}
              versionOf={({ version }) => version}
              titleOf={titleOf}
              hrefOf={({ id }) => to(page, id) + parameters}
              columns={states.map((state) => ({
                id: state,
                title: stateNames[state],
                icon: looks[state].icon,
                cards: here(state),
                count: typed ? here(state).length : counts && Math.max(counts[state].totalCount, here(state).length),
              }))}
            >
              {content}
            </Board>
          )
        }}
      </Loaded>
      {open !== undefined && drawer(open, nodes.get(open)?.version, () => go(to(page) + parameters))}
      {isCreating && creator?.(stopCreating)}
    </>
  )
}
