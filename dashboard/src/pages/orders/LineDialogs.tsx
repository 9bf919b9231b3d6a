// Change the lines of a draft, and record what the supplier confirms of them.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import { OrdersConfirmDocument, OrdersUpdateDocument } from '../../gql/graphql'
import { orders as text } from '../../text/orders'
import { FormDialog } from '../../ui/Dialog'
import { MoneyField, NumberField, TextField } from '../../ui/Field'
import { LinesField } from '../../ui/LinesField'
import { aLine, type EnteredLine, written } from '../../ui/lines'
import { tell } from '../../ui/Toasts'
import { dayOf, endOfDay } from './days'
import { changed, comingOf, type Edit, editsOf } from './edits'
import type { OrderDialogProps } from './OrderDialogs'
import styles from './Orders.module.css'
import { Refused } from './Refused'

function EditedLines({
  edits,
  onEdits,
  label = text.columns.quantity,
  ordered,
}: {
  edits: readonly Edit[]
  onEdits(edits: readonly Edit[]): void
  label?: string
  /** The ordered units by SKU, where the quantity is another one. */
  ordered?: ReadonlyMap<string, number>
}) {
  const change = (sku: string, part: Partial<Edit>) =>
    onEdits(edits.map((edit) => (edit.sku === sku ? { ...edit, ...part } : edit)))
  return (
    <div class={styles.edits}>
      {edits.map(({ sku, name, quantity, cost }) => (
        <div key={sku} class={styles.edit} role="group" aria-label={name}>
          <span class={styles.name}>
            {name}
            <span class={styles.sub}>
              {sku}
              {ordered && ` · ${text.columns.quantity} ${units(ordered.get(sku) ?? 0)}`}
            </span>
          </span>
          <NumberField
            label={label}
            value={quantity}
            onValue={(entered) => change(sku, { quantity: entered })}
            min={0}
            required
          />
          <MoneyField
            label={text.columns.unitCost}
            value={cost}
            onValue={(entered) => change(sku, { cost: entered })}
          />
        </div>
      ))}
    </div>
  )
}

export function ChangeDialog({ order, lines, onClose, onDone }: OrderDialogProps) {
  const [edits, setEdits] = useState<readonly Edit[]>(() => editsOf(lines))
  const [added, setAdded] = useState<readonly EnteredLine[]>(() => [aLine()])
  const [version] = useState(order.version) // what was seen when the dialog opened
  const update = useAction((input: { lines: ReturnType<typeof changed>; expectedVersion: number }, key) =>
    mutate(OrdersUpdateDocument, { input: { ...input, id: order.id, idempotencyKey: key } }),
  )
  const all = [...changed(edits), ...written(added)]
  const save = async () => {
    if (all.length === 0) return onClose()
    if (!(await update.run({ lines: all, expectedVersion: version }))) return
    tell(text.changed)
    onDone()
  }
  return (
    <FormDialog
      title={text.change}
      action={text.change}
      isWide
      onClose={onClose}
      onSubmit={save}
      isBusy={update.isBusy}
      isDisabled={all.length === 0}
    >
      <p class="muted">{text.removeHint}</p>
      <EditedLines edits={edits} onEdits={setEdits} />
      <LinesField lines={added} onLines={setAdded} costLabel={text.columns.unitCost} supplier={order.supplier.code} />
      <Refused problem={update.problem} />
    </FormDialog>
  )
}

export function ConfirmDialog({ order, lines, onClose, onDone }: OrderDialogProps) {
  const [edits, setEdits] = useState<readonly Edit[]>(() => comingOf(lines))
  const ordered = new Map(lines.map(({ item, quantity }) => [item.sku, quantity]))
  const [day, setDay] = useState(dayOf(order.expectedAt))
  const confirm = useAction((input: { lines: ReturnType<typeof changed> | null; expectedAt: string | null }, key) => {
    const { expectedAt, ...rest } = input
    return mutate(OrdersConfirmDocument, {
      input: { ...rest, ...(expectedAt ? { expectedAt } : {}), id: order.id, idempotencyKey: key },
    })
  })
  const send = async () => {
    const other = changed(edits)
    const expectedAt = day === dayOf(order.expectedAt) ? null : endOfDay(day)
    if (!(await confirm.run({ lines: other.length > 0 ? other : null, expectedAt }))) return
    tell(text.confirmed)
    onDone()
  }
  return (
    <FormDialog
      title={text.confirmTitle}
      action={order.confirmedAt ? text.reconfirm : text.confirm}
      isWide
      onClose={onClose}
      onSubmit={send}
      isBusy={confirm.isBusy}
    >
      <p class="muted">{text.confirmHint}</p>
      <TextField type="date" label={text.expectedAt} value={day} onValue={setDay} />
      <EditedLines edits={edits} onEdits={setEdits} label={text.coming} ordered={ordered} />
      <Refused problem={confirm.problem} />
    </FormDialog>
  )
}
