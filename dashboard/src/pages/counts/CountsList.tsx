// The counts: those under way, and the finished ones.
import { useEffect, useState } from 'preact/hooks'
import { liveness } from '../../api/connection'
import { useQuery } from '../../api/query'
import { isViewerKept, may, viewer } from '../../api/session'
import { share, units } from '../../format/number'
import { date } from '../../format/time'
import { type CountHeadFragment, CountsListDocument } from '../../gql/graphql'
import { place, setSearch, to } from '../../shell/location'
import { common } from '../../text/common'
import { counts } from '../../text/counts'
import { shell } from '../../text/shell'
import { ui } from '../../text/ui'
import { Ago } from '../../ui/Ago'
import { Button } from '../../ui/Button'
import { PageHeader } from '../../ui/PageHeader'
import { Pager, usePages } from '../../ui/Pager'
import { Panel } from '../../ui/Panel'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table, wholeRow } from '../../ui/Table'
import styles from './CountsList.module.css'
import { readCounts } from './database'
import { OpenCount } from './OpenCount'
import { QueueBadges } from './Queue'
import { StateBadge, scopeText } from './StateBadge'

const EVERY = 10_000

export function CountsList() {
  const isOffline = isViewerKept.value || liveness.value === 'cut'
  const canOpen = may('COUNTING_WRITE')
  const isOpening = place.value.search.has('new')
  const open = () => setSearch({ new: '1' })
  return (
    <>
      <PageHeader title={shell.pages.counts} hint={counts.openHint}>
        <QueueBadges />
        {canOpen && !isOffline && (
          <Button kind="primary" icon="plus" onClick={open}>
            {counts.open}
          </Button>
        )}
      </PageHeader>
      {isOffline ? <Kept /> : <Served {...(canOpen && { onOpen: open })} />}
      {isOpening && canOpen && <OpenCount onClose={() => setSearch({ new: null, location: null, sku: null })} />}
    </>
  )
}

function Served({ onOpen }: { onOpen?: () => void }) {
  const underWay = useQuery(CountsListDocument, { states: ['OPEN', 'POSTING'] }, { everyMs: EVERY })
  const pages = usePages()
  const earlier = useQuery(CountsListDocument, { states: ['POSTED', 'CANCELLED'], after: pages.after })
  return (
    <div class={styles.page}>
      <Loaded query={underWay}>
        {({ counts: { nodes } }) =>
          nodes.length > 0 ? (
            <Cards heads={nodes} />
          ) : (
            <Empty icon="counts" title={counts.none}>
              <p>{counts.noneHint}</p>
              {onOpen && (
                <Button kind="primary" icon="plus" onClick={onOpen}>
                  {counts.open}
                </Button>
              )}
            </Empty>
          )
        }
      </Loaded>
      <Loaded query={earlier}>
        {({ counts: { nodes, pageInfo } }) =>
          (nodes.length > 0 || pages.after !== null) && (
            <Panel title={counts.earlier} isFlush>
              <Table label={shell.pages.counts} columns={COLUMNS} rows={nodes} keyOf={({ id }) => id} />
              <Pager pages={pages} info={pageInfo} />
            </Panel>
          )
        }
      </Loaded>
    </div>
  )
}

/** What this device keeps, while the server is away. */
function Kept() {
  const [heads, setHeads] = useState<readonly CountHeadFragment[]>()
  useEffect(() => {
    readCounts().then(
      (kept) =>
        setHeads(
          kept
            .filter(({ actor, head }) => actor === viewer.value?.actor && head.state === 'OPEN')
            .map(({ head }) => head),
        ),
      () => setHeads([]),
    )
  }, [])
  if (!heads) return null
  return heads.length > 0 ? (
    <Cards heads={heads} />
  ) : (
    <Empty icon="cut" title={counts.noneOffline}>
      {counts.noneOfflineHint}
    </Empty>
  )
}

function Cards({ heads }: { heads: readonly CountHeadFragment[] }) {
  return (
    <section aria-label={counts.underWay}>
      <ul class={styles.cards}>
        {heads.map((head) => (
          <li key={head.id}>
            <a class={styles.card} href={to('counts', head.id)}>
              <span class={styles.title}>{head.location.name}</span>
              <span class={styles.badges}>
                <StateBadge count={head} /> <QueueBadges count={head.id} />
              </span>
              <span class={styles.scope}>{[head.reference, scopeText(head)].filter(Boolean).join(' · ')}</span>
              <progress class={styles.bar} value={head.progress} max={1} aria-label={counts.counted} />
              <span class={styles.facts}>
                <span>
                  {counts.progress(units(head.linesCounted), units(Math.max(head.levelsInScope, head.linesCounted)))} ·{' '}
                  {share(head.progress)}
                </span>
                <span>
                  {counts.opened} <Ago at={head.openedAt} />
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

const COLUMNS: Column<CountHeadFragment>[] = [
  {
    id: 'location',
    title: common.location,
    isMain: true,
    cell: (head) => (
      <>
        <a href={to('counts', head.id)} class={wholeRow} aria-label={ui.open(head.location.name)}>
          {head.location.name}
        </a>
        <span class={styles.sub}>{[head.reference, scopeText(head)].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  { id: 'state', title: common.status, cell: (head) => <StateBadge count={head} /> },
  {
    id: 'lines',
    title: counts.counted,
    isNumber: true,
    cell: ({ linesCounted, levelsInScope }) =>
      `${units(linesCounted)} / ${units(Math.max(levelsInScope, linesCounted))}`,
  },
  {
    id: 'opened',
    title: counts.opened,
    cell: ({ openedAt, openedBy }) => (
      <>
        {date(openedAt)}
        <span class={styles.sub}>{openedBy}</span>
      </>
    ),
  },
  { id: 'posted', title: counts.posted, cell: ({ postedAt }) => (postedAt ? date(postedAt) : '–') },
]
