// The head of a page: its title, which is the document's too, and what can be done on it.
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import styles from './PageHeader.module.css'

export function PageHeader({
  title,
  hint,
  children,
}: {
  title: string
  hint?: ComponentChildren
  children?: ComponentChildren
}) {
  useEffect(() => {
    document.title = `${title} – Stockpulse`
  }, [title])
  return (
    <header class={styles.header}>
      <div class={styles.titles}>
        <h1 class={styles.title} tabIndex={-1}>
          {title}
        </h1>
        {hint && <p class={styles.hint}>{hint}</p>}
      </div>
      {children && <div class={styles.actions}>{children}</div>}
    </header>
  )
}
