// What is at work, as cards in columns by state. A card that has changed lights up for a moment.
import type { ComponentChildren } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { units } from '../format/number'
import { ui } from '../text/ui'
import styles from './Board.module.css'
import { Button } from './Button'
import { classes } from './classes'
import { Icon, type IconName } from './icons'

const SHOWN = 30

export interface BoardColumn<Card> {
  id: string
  title: string
  icon?: IconName
  /** How many there are in all, which may be more than are here; undefined while unknown. */
  count: number | undefined
  cards: readonly Card[]
  /** Below the cards, such as what shows all of them. */
  foot?: ComponentChildren
}

export interface BoardProps<Card> {
  label: string
  columns: readonly BoardColumn<Card>[]
  keyOf(card: Card): string
  /** What changes with each change of the card. */
  versionOf(card: Card): number
  /** What the card is called; it is what opens it. */
  titleOf(card: Card): ComponentChildren
  hrefOf(card: Card): string
  /** The rest of the card. */
  children(card: Card): ComponentChildren
}

export function Board<Card>({ label, columns, ...rest }: BoardProps<Card>) {
  return (
    <div class={styles.board} role="group" aria-label={label}>
      {columns.map((column) => (
        <Column key={column.id} column={column} {...rest} />
      ))}
    </div>
  )
}

type ColumnProps<Card> = Omit<BoardProps<Card>, 'label' | 'columns'> & { column: BoardColumn<Card> }

function Column<Card>({ column: { title, icon, count, cards, foot }, keyOf, versionOf, ...rest }: ColumnProps<Card>) {
  const id = useId()
  const [shown, setShown] = useState(SHOWN)
  return (
    <section class={classes(styles.column, cards.length === 0 && styles.empty)} aria-labelledby={id}>
      <h2 class={styles.head} id={id}>
        {icon && <Icon name={icon} size={16} />}
        <span>{title}</span>
        {count !== undefined && <span class={styles.count}>{units(count)}</span>}
      </h2>
      <ul class={styles.cards}>
        {cards.slice(0, shown).map((card) => (
          <Shown key={keyOf(card)} card={card} version={versionOf(card)} {...rest} />
        ))}
      </ul>
      {cards.length === 0 && <p class={styles.none}>{ui.nothingInColumn}</p>}
      {cards.length > shown && (
        <Button kind="quiet" onClick={() => setShown(shown + SHOWN)}>
          {ui.showMore}
        </Button>
      )}
      {foot}
    </section>
  )
}

type CardProps<Card> = Pick<BoardProps<Card>, 'titleOf' | 'hrefOf' | 'children'> & { card: Card; version: number }

function Shown<Card>({ card, version, titleOf, hrefOf, children }: CardProps<Card>) {
  const first = useRef(version)
  return (
    <li class={styles.card}>
      {version !== first.current && <span key={version} class={styles.flash} aria-hidden="true" />}
      <a class={styles.title} href={hrefOf(card)}>
        <span>{titleOf(card)}</span>
      </a>
      {children(card)}
    </li>
  )
}
