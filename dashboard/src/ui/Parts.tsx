// Parts of a document of which some units are chosen: to ship, to receive, to release.
import type { ComponentChildren } from 'preact'
import { NumberField } from './Field'
import styles from './Parts.module.css'

export interface Part {
  key: string
  name: string
  /** Below the name: the SKU, where the units are, how many there are. */
  hint: string
}

/** A list of parts with a quantity each, and what else belongs to a part. */
export function Parts<Of extends Part>({
  parts,
  label,
  quantities,
  most,
  onQuantities,
  children,
}: {
  parts: readonly Of[]
  /** What the quantities are of. */
  label: string
  quantities: ReadonlyMap<string, number | null>
  most?(part: Of): number
  onQuantities(quantities: ReadonlyMap<string, number | null>): void
  children?(part: Of): ComponentChildren
}) {
  return (
    <div class={styles.parts}>
      {parts.map((part) => (
        <div key={part.key} class={styles.part} role="group" aria-label={part.name}>
          <span class={styles.name}>
            {part.name}
            <span class={styles.hint}>{part.hint}</span>
          </span>
          <div class={styles.fields}>
            <NumberField
              label={label}
              value={quantities.get(part.key) ?? null}
              min={0}
              {...(most ? { max: most(part) } : {})}
              onValue={(entered) => onQuantities(new Map([...quantities, [part.key, entered]]))}
            />
            {children?.(part)}
          </div>
        </div>
      ))}
    </div>
  )
}
