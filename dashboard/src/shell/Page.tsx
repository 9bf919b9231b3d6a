// The page of the present address: loaded when it is first shown, and fenced so that its faults leave the rest alone.
import { Component, type ComponentChildren, type ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { isOutdated } from '../api/build'
import { beginnings, connections, liveness } from '../api/connection'
import { isViewerKept } from '../api/session'
import { shell } from '../text/shell'
import { Empty, Skeleton } from '../ui/States'
import { place, to } from './location'
import { isOpen, lackedBy, type PageName, type PageProps, type Route, routeOf } from './routes'

const SETTLED_AFTER = 1_000

const loaded = new Map<PageName, ComponentType<PageProps>>()

class Fence extends Component<{ children: ComponentChildren }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static override getDerivedStateFromError = () => ({ hasFailed: true })

  override componentDidCatch(error: unknown) {
    console.error(error)
  }

  render() {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Empty icon="warning" title={shell.crashed}>
        {shell.crashedHint}
      </Empty>
    )
  }
}

function LoadedPage({ route, path }: { route: Route; path: readonly string[] }) {
  const [, setTurn] = useState(0)
  const Shown = loaded.get(route.name)
  useEffect(() => {
    if (Shown) return undefined
    let settled: ReturnType<typeof setTimeout> | undefined
    route.load().then(
      ({ default: page }) => {
        loaded.set(route.name, page)
        setTurn((turn) => turn + 1)
      },
      () => {
        // Without a server it is asked for again at the next connection; with one, the file of an older build is gone.
        settled = setTimeout(() => liveness.peek() === 'cut' || (isOutdated.value = true), SETTLED_AFTER)
      },
    )
    return () => clearTimeout(settled)
  }, [route.name, connections.value])
  return Shown ? <Shown path={path} /> : <Skeleton lines={8} />
}

export function Page() {
  const { path } = place.value
  const route = routeOf(path)
  if (!route)
    return (
      <Empty icon="search" title={shell.notFound}>
        {shell.notFoundHint}
      </Empty>
    )
  const lacked = lackedBy(route)
  if (!lacked && !isOpen(route))
    return (
      <Empty icon="stop" title={shell.noScope}>
        {shell.noDocumentsHint}
      </Empty>
    )
  if (lacked) {
    const scope = lacked.toLowerCase().replace('_', ':')
    return (
      <Empty icon="stop" title={shell.noScope}>
        {shell.noScopeHint(scope)}
      </Empty>
    )
  }
  if (isViewerKept.value && route.name !== 'counts')
    return (
      <Empty icon="cut" title={shell.offline}>
        <a href={to('counts')}>{shell.pages.counts}</a>
      </Empty>
    )
  return (
    <Fence key={`${route.name} ${beginnings.value}`}>
      <LoadedPage route={route} path={path.slice(1)} />
    </Fence>
  )
}
