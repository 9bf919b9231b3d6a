// A display for a wall: nothing can be changed here, and the pages turn by themselves.
import { useEffect, useState } from 'preact/hooks'
import { useLive } from '../../api/live'
import { may } from '../../api/session'
import { now } from '../../format/clock'
import { units } from '../../format/number'
import { time } from '../../format/time'
import { OverviewSummaryDocument, type OverviewSummarySubscription } from '../../gql/graphql'
import { ConnectionBadge, ConnectionNotice } from '../../shell/Connection'
import { go, to } from '../../shell/location'
import { isForPage } from '../../shell/shortcuts'
import { overview } from '../../text/overview'
import { shell } from '../../text/shell'
import { wall } from '../../text/wall'
import { IconButton } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { Panel } from '../../ui/Panel'
import { Skeleton } from '../../ui/States'
import { Alerts } from '../overview/Alerts'
import { Figures } from '../overview/Figures'
import { Changes, LedgerPanel, useLedger } from '../overview/Ledger'
import { Locations } from '../overview/Locations'
import { Movers } from '../overview/Movers'
import { Status } from '../overview/Status'
import { useWakefulScreen } from './useWakefulScreen'
import styles from './Wall.module.css'

type Summary = OverviewSummarySubscription['inventorySummary']['summary']
type Sheet = keyof typeof wall.pages

const SHOWN_FOR = 15_000

const sheets = (): Sheet[] =>
  may('INSIGHTS_READ') ? ['figures', 'locations', 'alerts', 'ledger'] : ['figures', 'locations', 'ledger']

export default function Wall() {
  const [summary, setSummary] = useState<Summary>()
  const [at, setAt] = useState(0)
  const [isPaused, setPaused] = useState(false)
  const ledger = useLedger()
  const shown = sheets()
  const turn = (step: number) => setAt((before) => (before + step + shown.length) % shown.length)
  useLive(OverviewSummaryDocument, {}, { next: ({ inventorySummary }) => setSummary(inventorySummary.summary) })
  useWakefulScreen()

  useEffect(() => {
    document.title = `${shell.pages.wall} – Stockpulse`
    document.documentElement.dataset.wall = ''
    return () => delete document.documentElement.dataset.wall
  }, [])

  useEffect(() => {
    if (isPaused) return undefined
    const timer = setInterval(() => turn(1), SHOWN_FOR)
    return () => clearInterval(timer)
  }, [isPaused, at])

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isForPage(event)) return
      if (event.key === 'ArrowRight') turn(1)
      else if (event.key === 'ArrowLeft') turn(-1)
      else if (event.key === 'f') toggleFullScreen()
      else if (event.key === 'Escape' && !document.fullscreenElement) go(to())
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  const name = shown[at % shown.length] ?? 'figures'
  return (
    <main class={styles.wall}>
      <header class={styles.bar}>
        <h1 class={styles.title}>{wall.pages[name]}</h1>
        <ConnectionBadge />
        <time class={styles.clock}>{time(now.value)}</time>
        <nav class={styles.controls} aria-label={shell.pages.wall}>
          <IconButton icon="left" label={wall.before} onClick={() => turn(-1)} />
          <span class="muted">{wall.position(units((at % shown.length) + 1), units(shown.length))}</span>
          <IconButton icon="right" label={wall.next} onClick={() => turn(1)} />
          <IconButton
            icon={isPaused ? 'go' : 'pause'}
            label={isPaused ? wall.go : wall.pause}
            onClick={() => setPaused(!isPaused)}
          />
          <IconButton icon="wall" label={wall.fullScreen} onClick={toggleFullScreen} />
          <IconButton icon="close" label={wall.leave} onClick={() => go(to())} />
        </nav>
      </header>
      <ConnectionNotice />
      <div class={classes(styles.sheet, name === 'figures' && styles.whole)} key={name}>
        {!summary ? (
          <Skeleton lines={8} />
        ) : name === 'figures' ? (
          <>
            <Figures totals={summary.totals} />
            <div class={styles.two}>
              <div class={styles.stack}>
                <Panel title={overview.levels} hint={overview.levelsHint(units(summary.totals.levels))}>
                  <Status totals={summary.totals} />
                </Panel>
                <Locations places={summary.byLocation} most={6} isFixed />
              </div>
              <Changes rate={ledger.rate} isFilling />
            </div>
          </>
        ) : name === 'locations' ? (
          <Locations places={summary.byLocation} most={20} isFixed />
        ) : name === 'alerts' ? (
          <div class={styles.two}>
            <Alerts />
            <Movers />
          </div>
        ) : (
          <LedgerPanel {...ledger} />
        )}
      </div>
    </main>
  )
}

function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen()
  else document.documentElement.requestFullscreen().catch(() => undefined) // a browser may not allow it
}
