// The frame of all pages.
import { useEffect, useRef } from 'preact/hooks'
import { addressOf } from '../api/address'
import { viewer } from '../api/session'
import { shell } from '../text/shell'
import { Badge } from '../ui/Badge'
import { Icon } from '../ui/icons'
import { Toasts } from '../ui/Toasts'
import styles from './App.module.css'
import { ConnectionBadge, ConnectionNotice } from './Connection'
import { place, to } from './location'
import { Navigation } from './Navigation'
import { Page } from './Page'
import { Palette } from './Palette'
import { ShortcutsHelp } from './ShortcutsHelp'
import { isPaletteOpen } from './shortcuts'
import { UserMenu } from './UserMenu'

export function App() {
  const main = useRef<HTMLElement>(null)
  const shown = place.value.path.join('/')
  const first = useRef(shown)
  useEffect(() => {
    if (first.current === shown) return
    first.current = ''
    if (main.current?.contains(document.activeElement)) return // what was left, such as a drawer, gave the focus back
    main.current?.focus({ preventScroll: true }) // a screen reader begins at the new page
  }, [shown])
  const overlays = (
    <>
      <Palette />
      <ShortcutsHelp />
      <Toasts />
    </>
  )
  if (place.value.path[0] === 'wall')
    return (
      <>
        <Page />
        {overlays}
      </>
    )
  const limits = [viewer.value?.locations, viewer.value?.categories]
    .filter((limit) => limit)
    .map((limit) => limit!.join(', '))
  return (
    <div class={styles.app}>
      <a class={styles.skip} href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {shell.skip}
      </a>
      <header class={styles.bar}>
        <a class={styles.brand} href={to()}>
          <img class={styles.mark} src={addressOf('icon.svg').href} alt="" width={24} height={24} />
          <span>Stockpulse</span>
        </a>
        <button type="button" class={styles.search} onClick={() => (isPaletteOpen.value = true)}>
          <Icon name="search" size={16} />
          <span>{shell.palettePlaceholder}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div class={styles.gap} />
        {limits.length > 0 && <Badge icon="info">{shell.limited(limits.join(' · '))}</Badge>}
        <ConnectionBadge />
        <UserMenu />
      </header>
      <Navigation />
      <main class={styles.main} id="main" ref={main} tabIndex={-1}>
        <ConnectionNotice />
        <div class={styles.content}>
          <Page />
        </div>
      </main>
      {overlays}
    </div>
  )
}
