// A modal dialog that is open while it is rendered: the browser keeps the focus in it, and it goes back to where it was.
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Return the reference of the dialog. */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before the page is drawn: what is typed right after the key that opens it is for the dialog.
  useLayoutEffect(() => {
    const shown = dialog.current!
    const before = document.activeElement
    shown.showModal()
    // A form begins at its first field; where fingers type, a keyboard over the form would only be in the way.
    if (!shown.querySelector('[autofocus]') && matchMedia('(pointer: fine)').matches)
      shown.querySelector<HTMLElement>('form :is(input, select, textarea):enabled')?.focus()
    return () => {
      shown.close()
      // By itself a dialog gives the focus back only while it is part of the page, which it may not be any more.
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return dialog
}
