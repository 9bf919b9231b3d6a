// Dark or light: as the system has it, or as chosen on the page.
import { effect, signal } from '@preact/signals'

const CHOSEN = 'stockpulse:theme'

export type Theme = 'auto' | 'light' | 'dark'

const stored = localStorage.getItem(CHOSEN)

/** The colours that were chosen. */
export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'auto')

effect(() => {
  const root = document.documentElement
  if (theme.value === 'auto') {
    delete root.dataset.theme
    localStorage.removeItem(CHOSEN)
  } else {
    root.dataset.theme = theme.value
    localStorage.setItem(CHOSEN, theme.value)
  }
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[data-scheme]')) {
    const { scheme } = bar.dataset
    bar.media =
      theme.value === 'auto' ? `(prefers-color-scheme: ${scheme})` : scheme === theme.value ? 'all' : 'not all'
  }
})
