// The ledger as it is written, the newest line first, and how many lines a second that is.
import { useEffect, useState } from 'preact/hooks'
import { cutSince, liveness } from '../../api/connection'
import { useLive } from '../../api/live'
import { useQuery } from '../../api/query'
import { now, present } from '../../format/clock'
import { change, measure, units } from '../../format/number'
import { time } from '../../format/time'
import { type OverviewLineFragment as Line, OverviewLatestDocument, OverviewMovementsDocument } from '../../gql/graphql'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { overview } from '../../text/overview'
import { Button } from '../../ui/Button'
import { Chart, type Series } from '../../ui/Chart'
import { classes } from '../../ui/classes'
import { Panel } from '../../ui/Panel'
import { Empty } from '../../ui/States'
import { useBatched } from '../../ui/useBatched'
import styles from './Ledger.module.css'
import { meanOfLast, Rate } from './rate'

const SHOWN = 40
const SERIES: readonly Series[] = [{ label: overview.series, ink: 'accent', isFilled: true }]

function LedgerLine({ line }: { line: Line }) {
  const { reason, delta, recordedAt, item, location, after } = line
  return (
    <li class={styles.line}>
      <time class="muted" dateTime={recordedAt}>
        {time(recordedAt)}
      </time>
      <span class={styles.reason}>{common.reasons[reason]}</span>
      <a class={styles.item} href={to('items', item.sku)} title={`${item.name} · ${item.sku}`} dir="auto">
        {item.name}
      </a>
      <span class={styles.place} title={location.code}>
        {location.code}
      </span>
      <b class={classes(styles.delta, delta > 0 && styles.up, delta < 0 && styles.down)}>
        {delta === 0 ? '·' : change(delta)}
      </b>
      <span class={classes('muted', styles.after)}>{overview.now(units(after.onHand))}</span>
    </li>
  )
}

/** Follow the ledger once for both of its panels. */
export function useLedger() {
  const [lines, setLines] = useState<readonly Line[]>([])
  const [held, setHeld] = useState<readonly Line[]>() // what is shown while paused
  const [rate] = useState(() => new Rate(present()))
  const take = useBatched<Line>(
    (fresh) => setLines((before) => [...fresh.toReversed(), ...before].slice(0, SHOWN)),
    SHOWN,
  )
  useLive(
    OverviewMovementsDocument,
    {},
    {
      next({ movements: { movement } }) {
        if (!movement) return
        rate.count(present())
        take(movement)
      },
      connected: () => rate.miss(cutSince.peek(), present()),
    },
  )
  const before = useQuery(OverviewLatestDocument, {}).data?.movements.nodes ?? []
  const known = new Set(lines.map(({ id }) => id))
  const latest = [...lines, ...before.filter(({ id }) => !known.has(id))]
    .sort((one, other) => Date.parse(other.recordedAt) - Date.parse(one.recordedAt)) // some came while the page was cut off
    .slice(0, SHOWN)
  const setPaused = (isPaused: boolean) => setHeld(isPaused ? latest : undefined)
  return { lines: held ?? latest, rate, isPaused: held !== undefined, setPaused }
}

type Ledger = ReturnType<typeof useLedger>

export function Changes({ rate, isFilling = false }: Pick<Ledger, 'rate'> & { isFilling?: boolean }) {
  const [data, setData] = useState(() => rate.series(present()))
  const isCut = liveness.value === 'cut'
  useEffect(() => setData(rate.series(now.value, isCut ? cutSince.peek() : undefined)), [now.value, isCut])
  const isTelling = data[1].filter((count) => count !== null).length >= 60
  return (
    <Panel
      title={overview.changes}
      hint={isTelling ? overview.changesHint(measure(meanOfLast(data[1], 60))) : undefined}
    >
      <Chart
        label={overview.changesLabel}
        data={data}
        series={SERIES}
        height={180}
        isFilling={isFilling}
        isBare
        isWhole
      />
    </Panel>
  )
}

export function LedgerPanel({ lines, isPaused, setPaused }: Ledger) {
  const pause = (
    <Button kind="quiet" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
      {isPaused ? overview.go : overview.pause}
    </Button>
  )
  return (
    <Panel title={overview.ledger} hint={overview.ledgerHint} isFlush actions={lines.length > 0 && pause}>
      {lines.length === 0 ? (
        <Empty icon="insight" title={overview.noLedger}>
          {overview.noLedgerHint}
        </Empty>
      ) : (
        <ol class={styles.lines} aria-label={overview.ledger}>
          {lines.map((line) => (
            <LedgerLine key={line.id} line={line} />
          ))}
        </ol>
      )}
    </Panel>
  )
}
