// Receive units of an order: what has arrived, what of it is damaged, and whether the rest will come.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import { OrdersReceiveDocument } from '../../gql/graphql'
import { common } from '../../text/common'
import { orders as text } from '../../text/orders'
import { type Arrival, arrived, isOver, OVER_REASONS, wrongOf } from '../../ui/arrivals'
import { Button } from '../../ui/Button'
import { Check } from '../../ui/Check'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, SelectField, TextAreaField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import type { OrderDialogProps } from './OrderDialogs'
import styles from './Orders.module.css'
import { Refused } from './Refused'

export function ReceiveDialog({ order, lines, onClose, onDone }: OrderDialogProps) {
  const [entered, setEntered] = useState<ReadonlyMap<string, Partial<Arrival>>>(new Map())
  // What is outstanding is so as of now: others receive, too.
  const arrivals = lines.map(
    ({ item, outstanding }): Arrival => ({
      quantity: null,
      damaged: null,
      overReason: '',
      ...entered.get(item.sku),
      sku: item.sku,
      outstanding,
    }),
  )
  const [isComplete, setComplete] = useState(false)
  const [note, setNote] = useState('')
  const receive = useAction(
    (input: { lines: ReturnType<typeof arrived> | null; isComplete: boolean; note: string | null }, key) => {
      const { lines: units, ...rest } = input
      return mutate(OrdersReceiveDocument, {
        input: { ...rest, lines: units ?? [], id: order.id, idempotencyKey: key },
      })
    },
  )
  const change = (sku: string, part: Partial<Arrival>) =>
    setEntered((before) => new Map([...before, [sku, { ...before.get(sku), ...part }]]))
  const fill = () =>
    setEntered(
      new Map(arrivals.map((each) => [each.sku, { ...each, quantity: each.outstanding || each.quantity }] as const)),
    )
  const sent = arrived(arrivals)
  const canSend = (sent.length > 0 || isComplete) && arrivals.every((arrival) => wrongOf(arrival) === undefined)
  const send = async () => {
    if (!canSend) return
    if (!(await receive.run({ lines: sent, isComplete, note: note.trim() || null }))) return
    tell(sent.length > 0 ? text.received : text.closedShort)
    onDone()
  }
  const open = new Set(lines.filter(({ outstanding }) => outstanding > 0).map(({ item }) => item.sku))
  const names = new Map(lines.map(({ item }) => [item.sku, item.name]))
  // What is still to come leads.
  const sorted = [...arrivals].sort((one, other) => Number(open.has(other.sku)) - Number(open.has(one.sku)))
  return (
    <FormDialog
      title={text.receiveTitle}
      action={text.receive}
      isWide
      onClose={onClose}
      onSubmit={send}
      isBusy={receive.isBusy}
      isDisabled={!canSend}
    >
      <p>
        <Button icon="check" onClick={fill}>
          {text.receiveAll}
        </Button>
      </p>
      <div class={styles.edits}>
        {sorted.map((arrival) => {
          const { sku, outstanding, quantity, damaged, overReason } = arrival
          return (
            <div key={sku} class={styles.edit} role="group" aria-label={names.get(sku)}>
              <span class={styles.name}>
                {names.get(sku)}
                <span class={styles.sub}>
                  {sku} · {text.columns.outstanding} {units(outstanding)}
                </span>
              </span>
              <NumberField
                label={text.arrived}
                value={quantity}
                onValue={(quantity) => change(sku, { quantity })}
                min={0}
              />
              <NumberField
                label={text.damaged}
                value={damaged}
                onValue={(damaged) => change(sku, { damaged })}
                min={0}
                wrong={wrongOf(arrival) === 'damaged' ? text.damagedTooMany : undefined}
              />
              {isOver(arrival) && (
                <div class={styles.over}>
                  <SelectField<Arrival['overReason']>
                    label={text.overReason}
                    value={overReason}
                    onValue={(reason) => change(sku, { overReason: reason })}
                    options={[
                      ['', text.chooseReason],
                      ...OVER_REASONS.map((reason) => [reason, common.reasons[reason]] as const),
                    ]}
                  />
                </div>
              )}
            </div>
          )
        })}
      </div>
      <Check label={text.complete} hint={text.completeHint} value={isComplete} onValue={setComplete} />
      <TextAreaField label={text.reason} value={note} onValue={setNote} maxLength={2000} />
      <Refused problem={receive.problem} />
    </FormDialog>
  )
}
