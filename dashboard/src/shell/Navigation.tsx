// The list of pages: at the side, as icons where there is less room, as tabs on a phone.
import { useState } from 'preact/hooks'
import { useLive } from '../api/live'
import { may } from '../api/session'
import { compact, units } from '../format/number'
import { OpenAlertsDocument } from '../gql/graphql'
import { shell } from '../text/shell'
import { Dialog } from '../ui/Dialog'
import { Icon } from '../ui/icons'
import styles from './App.module.css'
import { place, to } from './location'
import { isOpen, ROUTES, type Route, segmentsOf } from './routes'

const TABS = 4

function useOpenAlerts(): number {
  const [open, setOpen] = useState(0)
  useLive(OpenAlertsDocument, may('INSIGHTS_READ') ? {} : null, {
    next: ({ alertCounts }) => setOpen(alertCounts.counts.alerts),
  })
  return open
}

function PageLink({ route, open, onFollow }: { route: Route; open: number; onFollow?: () => void }) {
  const current = place.value.path[0] ?? 'overview'
  const isAround = route.name === 'stock' && current === 'items' // an item is a part of the stock
  return (
    <a
      class={styles.link}
      href={to(...segmentsOf(route.name))}
      aria-current={current === route.name ? 'page' : isAround || undefined}
      title={shell.pages[route.name]}
      {...(onFollow ? { onClick: onFollow } : {})}
    >
      <Icon name={route.icon} size={20} />
      <span>{shell.pages[route.name]}</span>
      {route.name === 'alerts' && open > 0 && (
        <span class={styles.count}>
          <span aria-hidden="true">{compact(open)}</span>
          <span class="visually-hidden">{shell.openAlerts(units(open))}</span>
        </span>
      )}
    </a>
  )
}

export function Navigation() {
  const open = useOpenAlerts()
  const [isSheetOpen, setSheetOpen] = useState(false)
  const shown = ROUTES.filter((route) => route.isInNavigation && isOpen(route))
  const tabs = shown.filter(({ name }) => ['overview', 'stock', 'alerts', 'counts'].includes(name)).slice(0, TABS)
  const rest = shown.filter((route) => !tabs.includes(route))
  return (
    <>
      <nav class={styles.side} aria-label={shell.navigation}>
        {shown.map((route) => (
          <PageLink key={route.name} route={route} open={open} />
        ))}
      </nav>
      <nav class={styles.tabs} aria-label={shell.navigation}>
        {tabs.map((route) => (
          <PageLink key={route.name} route={route} open={open} />
        ))}
        <button type="button" class={styles.tab} aria-haspopup="dialog" onClick={() => setSheetOpen(true)}>
          <Icon name="menu" size={20} />
          <span>{shell.menu}</span>
        </button>
      </nav>
      {isSheetOpen && (
        <Dialog title={shell.navigation} onClose={() => setSheetOpen(false)}>
          <div class={styles.sheet}>
            {rest.map((route) => (
              <PageLink key={route.name} route={route} open={open} onFollow={() => setSheetOpen(false)} />
            ))}
          </div>
        </Dialog>
      )}
    </>
  )
}
