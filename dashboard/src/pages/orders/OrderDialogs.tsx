// Submit an order, and cancel it.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { viewer } from '../../api/session'
import { money, units } from '../../format/number'
import { OrdersCancelDocument, OrdersSubmitDocument, OrdersUpdateDocument } from '../../gql/graphql'
import { orders as text } from '../../text/orders'
import { Button } from '../../ui/Button'
import { Check } from '../../ui/Check'
import { FormDialog } from '../../ui/Dialog'
import { TextAreaField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { endOfDay } from './days'
import type { Line, Order } from './OrderPage'
import styles from './Orders.module.css'
import { allowedOf, isBelowMinimums, Refused } from './Refused'

export interface OrderDialogProps {
  order: Order
  lines: readonly Line[]
  onClose(): void
  onDone(): void
  /** Read the order again, and stay. */
  onChanged(): void
}

/** What the viewer's approval limit says of an order before it is submitted. */
function limitOf({ value, unvaluedUnits }: Order): string | undefined {
  const limit = viewer.value?.approvalLimit
  if (limit === null || limit === undefined) return undefined
  if (unvaluedUnits > 0) return text.unknownCost(units(unvaluedUnits), money(limit))
  return Number(value) > Number(limit) ? text.overLimit(money(value), money(limit)) : undefined
}

export function SubmitDialog({ order, onClose, onDone, onChanged }: OrderDialogProps) {
  const [day, setDay] = useState('')
  const [ignores, setIgnores] = useState(false)
  const submit = useAction(
    (input: { expectedAt: string | null; ignoreMinimums: boolean; expectedVersion: number }, key) =>
      mutate(OrdersSubmitDocument, { input: { ...input, id: order.id, idempotencyKey: key } }),
  )
  const [changedTo, setChangedTo] = useState(order.version)
  const update = useAction((input: { lines: ReturnType<typeof allowedOf>; expectedVersion: number }, key) =>
    mutate(OrdersUpdateDocument, { input: { ...input, id: order.id, idempotencyKey: key } }),
  )
  const problem = submit.problem ?? update.problem
  const allowed = allowedOf(submit.problem)
  const take = async () => {
    const answer = await update.run({ lines: allowed, expectedVersion: order.version })
    submit.reset()
    if (!answer) return
    setChangedTo(answer.purchaseOrderUpdate.purchaseOrder?.version ?? order.version)
    tell(text.changed)
    onChanged()
  }
  const limit = limitOf(order)
  const send = async () => {
    update.reset()
    const answer = await submit.run({
      expectedAt: endOfDay(day),
      ignoreMinimums: ignores,
      expectedVersion: order.version,
    })
    if (!answer) return
    tell(text.submitted)
    onDone()
  }
  return (
    <FormDialog
      title={text.submitTitle}
      action={text.submit}
      onClose={onClose}
      onSubmit={send}
      isBusy={submit.isBusy || update.isBusy || order.version < changedTo}
    >
      <p>{text.submitHint(money(order.value))}</p>
      {limit && !problem && <p class={styles.limit}>{limit}</p>}
      <TextField type="date" label={text.expectedAt} hint={text.expectedHint} value={day} onValue={setDay} />
      <Refused problem={problem} />
      {allowed.length > 0 && (
        <p>
          <Button icon="edit" onClick={take} isBusy={update.isBusy}>
            {text.takeAllowed}
          </Button>
        </p>
      )}
      {(ignores || isBelowMinimums(submit.problem)) && (
        <Check label={text.ignoreMinimums} value={ignores} onValue={setIgnores} />
      )}
    </FormDialog>
  )
}

export function CancelDialog({ order, onClose, onDone }: OrderDialogProps) {
  const [note, setNote] = useState('')
  const cancel = useAction((input: { note: string | null }, key) =>
    mutate(OrdersCancelDocument, { input: { ...input, id: order.id, idempotencyKey: key } }),
  )
  const send = async () => {
    if (!(await cancel.run({ note: note.trim() || null }))) return
    tell(text.cancelled)
    onDone()
  }
  return (
    <FormDialog
      title={text.cancel}
      action={text.cancel}
      kind="danger"
      onClose={onClose}
      onSubmit={send}
      isBusy={cancel.isBusy}
    >
      <p>{text.cancelHint}</p>
      <TextAreaField label={text.reason} value={note} onValue={setNote} maxLength={2000} />
      <Refused problem={cancel.problem} />
    </FormDialog>
  )
}
