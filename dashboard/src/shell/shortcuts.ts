// The keyboard: single keys and sequences such as `g s`, never while somebody types.
import { signal } from '@preact/signals'
import { go, to } from './location'
import { ROUTES, segmentsOf } from './routes'

const SEQUENCE_WITHIN = 1_200
const TYPING = 'input, textarea, select, [contenteditable], [role="textbox"]'

/** Whether the palette is open. */
export const isPaletteOpen = signal(false)

/** Whether the list of shortcuts is open. */
export const isHelpOpen = signal(false)

let beforeAt = -Infinity

function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(TYPING) !== null
}

/** Tell whether a key is meant for the page: not for the browser, a field or a dialog. */
export const isForPage = (event: KeyboardEvent): boolean =>
  !(event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector('dialog[open]'))

function focusSearch(): boolean {
  const input = document.querySelector<HTMLInputElement>('main [data-search]')
  input?.focus()
  input?.select()
  return input !== null
}

addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    isPaletteOpen.value = !isPaletteOpen.value
    return
  }
  if (!isForPage(event)) return
  const now = performance.now()
  if (now - beforeAt < SEQUENCE_WITHIN) {
    beforeAt = -Infinity
    const route = ROUTES.find(({ letter }) => letter === event.key)
    if (!route) return
    event.preventDefault()
    go(to(...segmentsOf(route.name)))
  } else if (event.key === 'g') beforeAt = now
  else if (event.key === '/') {
    event.preventDefault()
    if (!focusSearch()) isPaletteOpen.value = true
  } else if (event.key === '?') isHelpOpen.value = true
})
