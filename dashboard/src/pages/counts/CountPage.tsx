// One count: scanning, its items, the queue of this device, and the review.
import { useSignal } from '@preact/signals'
import { useRef, useState } from 'preact/hooks'
import { liveness } from '../../api/connection'
import { may } from '../../api/session'
import { share, units } from '../../format/number'
import { place, setSearch, to } from '../../shell/location'
import { counts } from '../../text/counts'
import { Badge } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { Icon } from '../../ui/icons'
import { PageHeader } from '../../ui/PageHeader'
import { Empty, Failed, Skeleton } from '../../ui/States'
import { Tabs } from '../../ui/Tabs'
import styles from './CountPage.module.css'
import type { Entry } from './entry'
import { Items } from './Items'
import type { Book } from './kept'
import { Queue, QueueBadges } from './Queue'
import { discard } from './queue'
import { Review } from './Review'
import { type Countable, counted, ownEntries } from './recording'
import { Scan } from './Scan'
import { StateBadge, scopeText } from './StateBadge'
import { useBook } from './useBook'
import { useWedge } from './useWedge'

type View = keyof typeof counts.tabs

export function CountPage({ id }: { id: string }) {
  const book = useBook(id)
  const [current, setCurrent] = useState<Countable | null>(null)
  const [isKeypadOpen, setKeypad] = useState(false)
  const scanned = useSignal<readonly string[]>([])
  const corrected = useRef<Entry>(undefined)
  const kept = book.count.value
  const problem = book.problem.value

  if (book.isMissing.value)
    return (
      <Empty icon="search" title={counts.missing}>
        {counts.missingHint} <a href={to('counts')}>{counts.back}</a>
      </Empty>
    )
  if (!kept) {
    if (book.isLoading.value) return <Skeleton lines={8} />
    if (problem?.isTemporary)
      return (
        <Empty icon="cut" title={counts.notKept}>
          {counts.notKeptHint} <a href={to('counts')}>{counts.back}</a>
        </Empty>
      )
    return problem ? <Failed problem={problem} onRetry={() => void book.read()} /> : <Skeleton lines={8} />
  }

  const { head } = kept
  const canCount = head.state === 'OPEN' && may('COUNTING_WRITE')
  const mine = ownEntries(id)
  const pending = mine.filter(({ state }) => state !== 'sent').length
  const views: View[] = canCount
    ? ['scan', 'lines', 'queue', 'review']
    : mine.length > 0
      ? ['review', 'queue']
      : ['review']
  const asked = place.value.search.get('tab') as View | null
  const view = asked && views.includes(asked) ? asked : views[0]!
  const show = (next: View) => setSearch({ tab: next === views[0] ? null : next })
  const scan = (item: Countable | null, hasKeypad: boolean) => {
    setCurrent(item)
    setKeypad(hasKeypad)
    show('scan')
  }
  const correct = (entry: Entry) => {
    corrected.current = entry
    scan(entry, true)
  }
  // What was refused goes when another number is there in its place.
  const entered = () => {
    if (corrected.current) void discard(corrected.current.number)
    corrected.current = undefined
  }
  return (
    <div class={styles.page}>
      {canCount && <Wedge onScan={(code) => ((scanned.value = [...scanned.value, code]), show('scan'))} />}
      <PageHeader
        title={`${head.location.name}${head.reference ? ` · ${head.reference}` : ''}`}
        hint={
          <span class={styles.hint}>
            <StateBadge count={head} /> <QueueBadges count={id} /> <span class={styles.scope}>{scopeText(head)}</span>
          </span>
        }
      >
        <ButtonLink href={to('counts')} icon="left" kind="quiet">
          {counts.back}
        </ButtonLink>
      </PageHeader>
      <Progress book={book} />
      {problem && !problem.isTemporary && <Failed problem={problem} onRetry={() => void book.read()} />}
      <Tabs
        label={counts.views}
        tabs={views.map((name) => ({
          id: name,
          title: counts.tabs[name],
          ...(name === 'queue' && pending > 0 && { count: pending }),
        }))}
        value={view}
        onValue={show}
      >
        {view === 'scan' && (
          <Scan
            book={book}
            current={current}
            onCurrent={setCurrent}
            isKeypadOpen={isKeypadOpen}
            onKeypad={setKeypad}
            scanned={scanned}
            onEntered={entered}
          />
        )}
        {view === 'lines' && <Items book={book} onShow={(item) => scan(item, false)} />}
        {view === 'queue' && <Queue count={id} {...(canCount && { onCorrect: correct })} />}
        {view === 'review' && <Review book={book} onRecount={() => scan(null, false)} />}
      </Tabs>
    </div>
  )
}

/** Takes what scanners type, whichever view is shown. */
function Wedge({ onScan }: { onScan(code: string): void }) {
  useWedge(onScan)
  return null
}

function Progress({ book }: { book: Book }) {
  const { head, lines, recounts } = book.count.value!
  if (head.state !== 'OPEN') return null
  const here = new Set(Object.keys(lines))
  for (const { sku, barcode } of ownEntries(book.id))
    if (sku !== null && counted(book, { sku, barcode }) !== undefined) here.add(sku)
  const all = Math.max(head.levelsInScope, here.size)
  const part = all === 0 ? 1 : here.size / all
  return (
    <div class={styles.progress}>
      <progress class={styles.bar} value={part} max={1} aria-label={counts.counted} />
      <span>
        {counts.progress(units(here.size), units(all))} · {share(part)}
      </span>
      {book.itemsReadAt.value === null && liveness.value === 'live' && <span class="muted">{counts.reading}</span>}
      {recounts.length > 0 && (
        <p class={styles.recounts}>
          <Icon name="undo" size={14} /> {counts.recounting(units(recounts.length))}{' '}
          <RecountNames book={book} skus={recounts} />
        </p>
      )}
    </div>
  )
}

function RecountNames({ book, skus }: { book: Book; skus: readonly string[] }) {
  return (
    <>
      {skus.slice(0, 5).map((sku) => (
        <Badge key={sku} tone="warn">
          {book.item(sku)?.name ?? sku}
        </Badge>
      ))}
    </>
  )
}
