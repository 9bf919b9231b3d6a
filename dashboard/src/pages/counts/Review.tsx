// What differs from the record, what moved meanwhile, and how it is settled: count again, post, cancel.
import { useState } from 'preact/hooks'
import { useQuery } from '../../api/query'
import { may } from '../../api/session'
import { change, money, units } from '../../format/number'
import { CountReviewDocument, type CountReviewQuery, CountStockNowDocument } from '../../gql/graphql'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { counts } from '../../text/counts'
import { Button } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { CheckField } from '../../ui/Field'
import { Pager, type Pages, usePages } from '../../ui/Pager'
import { Empty, Loaded } from '../../ui/States'
import { type Column, Table } from '../../ui/Table'
import { CancelDialog } from './CancelDialog'
import type { Book } from './kept'
import { PostDialog } from './PostDialog'
import styles from './Review.module.css'

type Count = NonNullable<CountReviewQuery['count']>
type Line = Count['lines']['nodes'][number]

export function Review({ book, onRecount }: { book: Book; onRecount(): void }) {
  const kept = book.count.value
  const isSecret = kept?.head.isBlind === true && kept.head.state === 'OPEN'
  const [onlyVariances, setOnly] = useState(true)
  const pages = usePages()
  // The version is no variable of the query: it is read again when the count has changed.
  const query = useQuery(CountReviewDocument, {
    id: book.id,
    onlyVariances: onlyVariances && !isSecret,
    after: pages.after,
  })
  const version = kept?.head.version
  const [readVersion, setReadVersion] = useState(version)
  if (version !== readVersion) {
    setReadVersion(version)
    query.refetch()
  }
  return (
    <Loaded query={query} lines={8}>
      {({ count }) =>
        count && (
          <Reviewed
            book={book}
            count={count}
            isSecret={isSecret}
            onlyVariances={onlyVariances}
            onOnly={(only) => (setOnly(only), pages.reset())}
            onRecount={onRecount}
            onChanged={() => (query.refetch(), void book.read())}
            pages={pages}
          />
        )
      }
    </Loaded>
  )
}

function Reviewed({
  book,
  count,
  isSecret,
  onlyVariances,
  onOnly,
  onRecount,
  onChanged,
  pages,
}: {
  book: Book
  count: Count
  isSecret: boolean
  onlyVariances: boolean
  onOnly(only: boolean): void
  onRecount(): void
  onChanged(): void
  pages: Pages
}) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<'post' | 'cancel'>()
  const { nodes } = count.lines
  const isOpen = count.state === 'OPEN'
  const canWrite = may('COUNTING_WRITE')
  const skus = nodes.map(({ item }) => item.sku)
  const stock = useQuery(
    CountStockNowDocument,
    skus.length > 0 && !isSecret && count.state !== 'CANCELLED' && may('STOCK_READ')
      ? { location: count.location.code, skus }
      : null,
  )
  const onHand = new Map((stock.data?.stockLevels.nodes ?? []).map((level) => [level.item.sku, level.onHand]))
  const recount = async () => {
    await book.recount([...selected])
    setSelected(new Set())
    onRecount()
  }
  return (
    <div class={styles.review}>
      <Sums count={count} isSecret={isSecret} />
      <div class={styles.bar}>
        {!isSecret && <CheckField label={counts.onlyVariances} value={onlyVariances} onValue={onOnly} />}
        <div class={styles.actions}>
          {canWrite && isOpen && selected.size > 0 && (
            <Button icon="undo" onClick={() => void recount()}>
              {counts.recount} ({units(selected.size)})
            </Button>
          )}
          {canWrite && isOpen && (
            <Button kind="danger" onClick={() => setDialog('cancel')}>
              {counts.cancel}
            </Button>
          )}
          {canWrite && (isOpen || count.state === 'POSTING') && (
            <Button kind="primary" icon="check" onClick={() => setDialog('post')}>
              {isOpen ? counts.postIt : counts.postRest}
            </Button>
          )}
        </div>
      </div>
      <p class="muted">{isSecret ? counts.reviewBlind : counts.sinceHint}</p>
      {nodes.length === 0 ? (
        count.linesCounted === 0 ? (
          <Empty icon="counts" title={counts.reviewEmpty}>
            {counts.reviewEmptyHint}
          </Empty>
        ) : (
          <Empty icon="check" title={counts.noVariances}>
            {counts.noVariancesHint}
          </Empty>
        )
      ) : (
        <div class={styles.table}>
          <Table
            label={counts.tabs.review}
            columns={columnsOf(count, isSecret, onHand)}
            rows={nodes}
            keyOf={({ item }) => item.sku}
            nameOf={({ item }) => item.name}
            {...(canWrite && isOpen && { selected, onSelected: setSelected })}
          />
        </div>
      )}
      <Pager pages={pages} info={count.lines.pageInfo} />
      {dialog === 'post' && (
        <PostDialog book={book} count={count} onClose={() => setDialog(undefined)} onPosted={onChanged} />
      )}
      {dialog === 'cancel' && (
        <CancelDialog id={count.id} onClose={() => setDialog(undefined)} onCancelled={onChanged} />
      )}
    </div>
  )
}

function Sums({ count: { summary }, isSecret }: { count: Count; isSecret: boolean }) {
  const sums: [string, string, string?][] = [
    [counts.lines, units(summary.lines)],
    [counts.counted, units(summary.unitsCounted)],
    [counts.uncounted, summary.uncounted === null || summary.uncounted === undefined ? '–' : units(summary.uncounted)],
  ]
  if (!isSecret)
    sums.push(
      [counts.surplus, change(summary.surplusUnits ?? 0), money(summary.surplusValue)],
      [counts.missingUnits, change(-(summary.missingUnits ?? 0)), money(summary.missingValue)],
    )
  return (
    <dl class={styles.sums}>
      {sums.map(([title, figure, value]) => (
        <div key={title} class={styles.sum}>
          <dt>{title}</dt>
          <dd>
            {figure}
            {value && <span class={styles.value}>{value}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function columnsOf(count: Count, isSecret: boolean, onHand: ReadonlyMap<string, number>): Column<Line>[] {
  const isDone = count.state === 'POSTED' || count.state === 'POSTING'
  const isUnderWay = count.state === 'OPEN' || count.state === 'POSTING'
  const columns: Column<Line>[] = [
    { id: 'item', title: common.item, isMain: true, cell: (line) => <ItemCell line={line} /> },
    { id: 'counted', title: counts.counted, isNumber: true, cell: ({ counted }) => units(counted) },
  ]
  if (isSecret) return columns
  columns.push(
    {
      id: 'expected',
      title: counts.atCounting,
      isNumber: true,
      cell: ({ expected }) => (expected === null || expected === undefined ? '–' : units(expected)),
    },
    {
      id: 'variance',
      title: counts.difference,
      isNumber: true,
      cell: ({ variance }) => <Variance units={variance ?? 0} />,
    },
    { id: 'value', title: counts.value, isNumber: true, cell: ({ value }) => money(value) || '–' },
  )
  if (isUnderWay)
    columns.push(
      { id: 'since', title: counts.since, isNumber: true, cell: (line) => sinceText(line, onHand.get(line.item.sku)) },
      {
        id: 'now',
        title: counts.now,
        isNumber: true,
        cell: ({ item }) => (onHand.has(item.sku) ? units(onHand.get(item.sku)!) : '–'),
      },
      { id: 'after', title: counts.after, isNumber: true, cell: (line) => afterText(line, onHand.get(line.item.sku)) },
    )
  if (isDone) columns.push({ id: 'posted', title: counts.postedUnits, isNumber: true, cell: postedText })
  return columns
}

const sinceText = ({ expected }: Line, now: number | undefined) =>
  now === undefined || expected === null || expected === undefined ? '–' : change(now - expected)

const afterText = ({ variance, postedUnits }: Line, now: number | undefined) =>
  now === undefined ? '–' : units(now + (postedUnits === null || postedUnits === undefined ? (variance ?? 0) : 0))

function postedText({ postedUnits, variance }: Line) {
  if (postedUnits === null || postedUnits === undefined) return '–'
  const other = (variance ?? 0) - postedUnits
  return (
    <>
      {change(postedUnits)}
      {other !== 0 && <span class={styles.sub}>{counts.otherCount(change(other))}</span>}
    </>
  )
}

function ItemCell({ line: { item, moved, isAssumed, entries } }: { line: Line }) {
  return (
    <>
      <a href={to('items', item.sku)} class={styles.item}>
        {item.name}
      </a>
      <span class={styles.sub}>
        {item.sku}
        {entries.length > 1 && ` · ${counts.entriesOf(units(entries.length))}`}
      </span>
      {isAssumed && <span class={styles.sub}>{counts.assumed}</span>}
      {Boolean(moved) && <span class={styles.sub}>{counts.moved(units(moved!))}</span>}
    </>
  )
}

function Variance({ units: count }: { units: number }) {
  return <strong class={classes(count < 0 && styles.down, count > 0 && styles.up)}>{change(count)}</strong>
}
