import { type ComponentChild, render } from 'preact'
import './ui/tokens.css'
import { Problem, unreachable } from './api/problem'
import { loadViewer, onForgetting, takeKeptViewer, viewer } from './api/session'
import { App } from './shell/App'
import { go, place, to } from './shell/location'
import { routeOf } from './shell/routes'
import './shell/theme'
import { ENTRIES_WAITING } from './pages/counts/waiting'
import { language } from './text/languages'
import { Failed } from './ui/States'
import { register } from './worker/register'

const AGAIN_AFTER = 2_000
const PATIENCE = 4_000 // of who wants to count, where the network is there but leads nowhere
const page = document.getElementById('page')!
const coming = page.firstElementChild // what index.html shows until then

document.documentElement.lang = language
onForgetting(async () => (await import('./pages/counts/database')).forgetLists())

function show(content: ComponentChild): void {
  coming?.remove()
  render(content, page)
}

/** Show the page once it is known who looks; until then, why not. */
async function start(): Promise<void> {
  const late = setTimeout(showForCounting, PATIENCE)
  try {
    await loadViewer()
    show(<App />)
    if (localStorage.getItem(ENTRIES_WAITING)) (await import('./pages/counts/sending')).startSending()
  } catch (error) {
    const problem = error instanceof Problem ? error : unreachable()
    if (problem.code === 'UNAUTHENTICATED') return // the sign-in page is on its way
    if (!problem.isTemporary || !showForCounting()) show(<Failed problem={problem} />)
    setTimeout(start, AGAIN_AFTER)
  } finally {
    clearTimeout(late)
  }
}

// Counting goes on without the server, for who was signed in last. The app that was installed begins there.
function showForCounting(): boolean {
  if (viewer.value) return true
  const [name] = place.value.path
  if ((name !== undefined && name !== 'counts') || !takeKeptViewer()) return false
  if (name === undefined) go(to('counts'), { replaces: true })
  show(<App />)
  return true
}

routeOf(place.value.path)
  ?.load()
  .catch(() => undefined) // on its way while the server is asked; the page says if it fails
void start()
register()
