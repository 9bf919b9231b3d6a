// A number in a column that has room for most: a longer one is written smaller, and in full in its title.
import { classes } from '../../ui/classes'
import styles from './Ticking.module.css'

const WIDE = 10 // characters, that a column of a phone has room for

export function Fitting({ text, class: more }: { text: string; class?: string | false | undefined }) {
  const isWide = text.length > WIDE
  return (
    <span class={classes(isWide && styles.wide, more)} title={isWide ? text : undefined}>
      {text}
    </span>
  )
}
