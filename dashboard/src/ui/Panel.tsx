// A titled box of a page.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { classes } from './classes'
import styles from './Panel.module.css'

export function Panel({
  title,
  hint,
  actions,
  isFlush = false,
  class: more,
  children,
}: {
  title: string
  /** Beside the title: what the content covers. */
  hint?: ComponentChildren
  actions?: ComponentChildren
  /** Whether the content reaches the edges, as tables do. */
  isFlush?: boolean
  class?: string | undefined
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <section class={classes(styles.panel, more)} aria-labelledby={id}>
      <div class={styles.head}>
        <h2 class={styles.title} id={id}>
          {title} {hint && <span class={styles.hint}>{hint}</span>}
        </h2>
        {actions}
      </div>
      <div class={classes(styles.body, isFlush && styles.flush)}>{children}</div>
    </section>
  )
}
