// The lines of a new document: items and quantities, one below the other.
import { useId } from 'preact/hooks'
import { ui } from '../text/ui'
import { Button, IconButton } from './Button'
import { MoneyField, NumberField } from './Field'
import { ItemPicker, type PickedItem } from './ItemPicker'
import styles from './LinesField.module.css'
import { aLine, type EnteredLine, neededLines } from './lines'
import { useSale } from './offers'

function QuantityField({
  item,
  supplier,
  ...rest
}: {
  item: PickedItem | null
  supplier: string | null | undefined
  value: number | null
  onValue(value: number | null): void
  required: boolean
}) {
  const hint = useSale(item?.sku, supplier)
  return <NumberField {...rest} {...(hint ? { hint } : {})} label={ui.quantity} min={1} />
}

export function LinesField({
  lines,
  onLines,
  wrong,
  costLabel,
  supplier,
}: {
  lines: readonly EnteredLine[]
  onLines(lines: readonly EnteredLine[]): void
  /** What is wrong with lines, by their keys. */
  wrong?: ReadonlyMap<number, string>
  /** With it, each line has a cost of one unit. */
  costLabel?: string
  /** Who sells what is chosen: with it, each quantity says how. */
  supplier?: string | null
}) {
  const id = useId()
  const needed = neededLines(lines)
  const change = (key: number, part: Partial<EnteredLine>) =>
    onLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)))
  return (
    <div role="group" aria-labelledby={id}>
      <h3 id={id}>{ui.lines}</h3>
      <ul class={styles.lines}>
        {lines.map(({ key, item, quantity, cost }) => (
          <li key={key} class={costLabel === undefined ? styles.line : styles.costed}>
            <ItemPicker
              value={item}
              onValue={(chosen) => change(key, { item: chosen })}
              required={needed.has(key)}
              wrong={wrong?.get(key)}
            />
            <QuantityField
              item={item}
              supplier={supplier}
              value={quantity}
              onValue={(entered) => change(key, { quantity: entered })}
              required={needed.has(key)}
            />
            {costLabel !== undefined && (
              <MoneyField label={costLabel} value={cost} onValue={(entered) => change(key, { cost: entered })} />
            )}
            <span class={styles.remove}>
              <IconButton
                icon="close"
                label={ui.removeLine}
                disabled={lines.length === 1}
                onClick={() => onLines(lines.filter((line) => line.key !== key))}
              />
            </span>
          </li>
        ))}
      </ul>
      <Button icon="plus" kind="quiet" onClick={() => onLines([...lines, aLine()])}>
        {ui.addLine}
      </Button>
    </div>
  )
}
