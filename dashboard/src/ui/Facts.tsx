// What is known of one thing, by name.
import type { ComponentChildren } from 'preact'
import styles from './Facts.module.css'

/** One fact; none where there is nothing to say. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === null || children === undefined || children === '' || children === false) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export const Facts = ({ children }: { children: ComponentChildren }) => <dl class={styles.facts}>{children}</dl>
