// Views of which one is shown. Arrow keys, Home and End go from tab to tab.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { units } from '../format/number'
import { classes } from './classes'
import styles from './Tabs.module.css'

export interface Tab<Id extends string> {
  id: Id
  title: string
  /** How much there is behind it. */
  count?: number | undefined
}

/** Return the index of the tab that a key leads to, or undefined where the key is none of theirs. */
export function tabAfter(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}

export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onValue,
  children,
}: {
  label: string
  tabs: readonly Tab<Id>[]
  value: Id
  onValue(id: Id): void
  /** The content of the tab that is shown. */
  children: ComponentChildren
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [value])
  const press = (event: KeyboardEvent, at: number) => {
    const next = tabAfter(event.key, at, tabs.length)
    if (next === undefined) return
    event.preventDefault()
    onValue(tabs[next]!.id)
    list.current?.querySelectorAll<HTMLButtonElement>('[role="tab"]')[next]?.focus()
  }
  return (
    <>
      <div class={styles.tabs} role="tablist" aria-label={label} ref={list}>
        {tabs.map((tab, at) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            class={classes(styles.tab)}
            aria-selected={tab.id === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onValue(tab.id)}
            onKeyDown={(event) => press(event, at)}
          >
            {tab.title}
            {tab.count !== undefined && <span class={styles.count}>{units(tab.count)}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} class={styles.panel}>
        {children}
      </div>
    </>
  )
}
