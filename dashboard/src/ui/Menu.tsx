// A menu at a place of the window: what can be done with something. Arrows move in it, Escape closes it.
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icons'
import styles from './Menu.module.css'

export interface MenuItem {
  text: string
  icon: IconName
  onChoose(): void
}

export function Menu({
  label,
  at,
  items,
  onClose,
}: {
  label: string
  at: { x: number; y: number }
  items: readonly MenuItem[]
  onClose(): void
}) {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = menu.current!
    const before = document.activeElement as HTMLElement | null
    const { width, height } = element.getBoundingClientRect()
    element.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`
    element.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`
    element.querySelector('button')?.focus()
    const leave = (event: Event) => element.contains(event.target as Node) || onClose()
    addEventListener('pointerdown', leave)
    addEventListener('resize', onClose)
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('resize', onClose)
      before?.focus({ preventScroll: true })
    }
  }, [])
  const press = (event: KeyboardEvent) => {
    const buttons = [...menu.current!.querySelectorAll('button')]
    const current = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else if (to === undefined) return
    else buttons.at(to % buttons.length)?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={menu} class={styles.menu} role="menu" aria-label={label} onKeyDown={press}>
      {items.map(({ text, icon, onChoose }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={styles.item}
          onClick={() => (onClose(), onChoose())}
        >
          <Icon name={icon} size={16} />
          {text}
        </button>
      ))}
    </div>
  )
}
