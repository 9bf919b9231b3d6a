// Filters that are on or off, with how much each would show.
import { units } from '../format/number'
import styles from './Chips.module.css'
import { Icon, type IconName } from './icons'

export interface Chip<Id extends string> {
  id: Id
  title: string
  icon?: IconName
  count?: number
}

export function Chips<Id extends string>({
  label,
  chips,
  chosen,
  onToggle,
}: {
  label: string
  chips: readonly Chip<Id>[]
  chosen: ReadonlySet<Id>
  onToggle(id: Id): void
}) {
  return (
    <div class={styles.chips} role="group" aria-label={label}>
      {chips.map(({ id, title, icon, count }) => (
        <button key={id} type="button" class={styles.chip} aria-pressed={chosen.has(id)} onClick={() => onToggle(id)}>
          {icon && <Icon name={icon} size={14} />}
          {title}
          {count !== undefined && <span class={styles.count}>{units(count)}</span>}
        </button>
      ))}
    </div>
  )
}
