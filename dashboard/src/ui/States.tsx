// What is shown instead of content: while it loads, where there is none, and when it failed.
import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import type { Query } from '../api/query'
import { common } from '../text/common'
import { sentenceOf } from '../text/failures'
import { Button } from './Button'
import { Icon, type IconName } from './icons'
import styles from './States.module.css'

/** Lines in place of text that is on its way. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class={styles.skeleton} role="status" aria-busy="true" aria-label={common.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <span class={styles.line} key={index} />
      ))}
    </div>
  )
}

/** Says that there is nothing, and what to do next. */
export function Empty({
  title = common.nothing,
  icon,
  children,
}: {
  title?: string
  icon?: IconName
  children?: ComponentChildren
}) {
  return (
    <div class={styles.state}>
      {icon && <Icon name={icon} size={28} />}
      <p class={styles.title}>{title}</p>
      {children && <div class={styles.text}>{children}</div>}
    </div>
  )
}

/** Says what went wrong, where it is read out. */
export function Failed({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class={styles.problem} role="alert">
      <Icon name="warning" />
      <span>{sentenceOf(problem)}</span>
      {onRetry && <Button onClick={onRetry}>{common.retry}</Button>}
    </div>
  )
}

/** Shows what a query has read; until then, that it is loading or has failed. */
export function Loaded<Data>({
  query,
  lines,
  children,
}: {
  query: Query<Data>
  lines?: number
  children: (data: Data) => ComponentChildren
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.problem && <Failed problem={query.problem} onRetry={query.refetch} />}
        {children(query.data)}
      </>
    )
  if (query.problem) return <Failed problem={query.problem} onRetry={query.refetch} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}
