// A state in a word, with an icon so that colour is never all there is.
import type { ComponentChildren } from 'preact'
import { common } from '../text/common'
import styles from './Badge.module.css'
import { classes } from './classes'
import { Icon, type IconName } from './icons'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info'

export function Badge({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone
  icon?: IconName
  children: ComponentChildren
}) {
  return (
    <span class={classes(styles.badge, tone !== 'plain' && styles[tone])}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </span>
  )
}

type Status = keyof typeof common.statuses

const LOOKS: Record<Status, { tone: Tone; icon: IconName }> = {
  IN_STOCK: { tone: 'good', icon: 'check' },
  LOW: { tone: 'warn', icon: 'warning' },
  OUT: { tone: 'bad', icon: 'stop' },
}

/** The status of a level. */
export function StatusBadge({ status }: { status: Status }) {
  return <Badge {...LOOKS[status]}>{common.statuses[status]}</Badge>
}
