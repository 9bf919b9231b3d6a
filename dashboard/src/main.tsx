import { render } from 'preact'
import './ui/tokens.css'
import { loadViewer } from './api/session'
import { Problem, unreachable } from './api/problem'
import { App } from './shell/App'
import './shell/theme'
import { language } from './text/languages'
import { Failed } from './ui/States'

const AGAIN_AFTER = 2_000
const page = document.getElementById('page')!

document.documentElement.lang = language

/** Show the page once it is known who looks; until then, why not. */
async function start(): Promise<void> {
  try {
    await loadViewer()
    render(<App />, page)
  } catch (error) {
    const problem = error instanceof Problem ? error : unreachable()
    if (problem.code === 'UNAUTHENTICATED') return // the sign-in page is on its way
    render(<Failed problem={problem} />, page)
    setTimeout(start, AGAIN_AFTER)
  }
}

void start()
