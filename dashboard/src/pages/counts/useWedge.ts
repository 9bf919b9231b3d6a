// Scanners that type, wherever the focus is: what they typed into a field is taken out of it again.
import { useLayoutEffect, useRef } from 'preact/hooks'
import { wedge } from './wedge'

const HELD_FOR = 60
const TYPING = 'input, textarea, select, [contenteditable]'
type Field = HTMLInputElement | HTMLTextAreaElement

const fieldOf = (target: EventTarget | null): Field | undefined =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : undefined

function restore(field: Field | undefined, text: string): void {
  if (!field || field.value === text) return
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Call for each code that a scanner types while the component is shown. */
export function useWedge(onScan: (code: string) => void): void {
  const latest = useRef(onScan)
  latest.current = onScan
  // With the page, not after its first picture: a scan may come at once.
  useLayoutEffect(() => {
    const take = wedge()
    let before: { field: Field; text: string } | undefined
    let held: { event: KeyboardEvent; timer: ReturnType<typeof setTimeout> } | undefined
    const replayed = new WeakSet<Event>()

    // The first key of a scan may be a shortcut of the page. It is one if no second key follows at once.
    function hold(event: KeyboardEvent): void {
      stop(event)
      const { key, code, target } = event
      const timer = setTimeout(() => {
        held = undefined
        const again = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true })
        replayed.add(again)
        target?.dispatchEvent(again)
      }, HELD_FOR)
      held = { event, timer }
    }

    function stop(event: KeyboardEvent): void {
      event.preventDefault()
      event.stopImmediatePropagation()
    }

    function press(event: KeyboardEvent): void {
      if (document.querySelector('dialog[open]')) return // it is for what is open
      if (replayed.has(event) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      const part = take({ key: event.key, at: event.timeStamp })
      const field = fieldOf(event.target)
      if (part.kind === 'scan') {
        stop(event)
        if (before) restore(before.field, before.text)
        latest.current(part.code)
      } else if (part.kind === 'begin') {
        before = field && { field, text: field.value }
        const isTyping = event.target instanceof Element && event.target.closest(TYPING) !== null
        if (!isTyping && event.key !== ' ') hold(event)
      } else if (part.kind === 'more') {
        if (held) clearTimeout(held.timer)
        held = undefined
        if (!field) stop(event)
      }
    }

    addEventListener('keydown', press, true)
    return () => {
      removeEventListener('keydown', press, true)
      if (held) clearTimeout(held.timer)
    }
  }, [])
}
