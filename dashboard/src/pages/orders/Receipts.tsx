// What was received of an order, and what takes a receipt back that was recorded by mistake.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { units } from '../../format/number'
import { OrdersReceiptsDocument, OrdersReverseDocument } from '../../gql/graphql'
import { orders as text } from '../../text/orders'
import { Ago } from '../../ui/Ago'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, TextAreaField } from '../../ui/Field'
import { Panel } from '../../ui/Panel'
import { Loaded } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import type { Order } from './OrderPage'
import styles from './Orders.module.css'
import { Refused } from './Refused'
import { type Receipt, receiptsOf } from './receipts'

export function Receipts({ order, onChanged }: { order: Order; onChanged(): void }) {
  const query = useQuery(
    OrdersReceiptsDocument,
    { location: order.location.code, from: order.createdAt },
    { of: order.version },
  )
  const [reversed, setReversed] = useState<Receipt>()
  const skus = new Set(order.lines.nodes.map(({ item }) => item.sku))
  return (
    <Panel title={text.receipts} hint={text.receiptsHint}>
      <Loaded query={query} lines={2}>
        {({ movements }) => {
          const receipts = receiptsOf(movements.nodes, skus)
          if (receipts.length === 0) return <p class="muted">{text.noReceipts}</p>
          return (
            <ul class={styles.receipts}>
              {receipts.map((receipt) => (
                <li key={receipt.id} class={styles.receipt}>
                  <div>
                    <p>{receipt.lines.map(({ name, quantity }) => `${units(quantity)} × ${name}`).join(', ')}</p>
                    <p class={styles.sub}>
                      <Ago at={receipt.at} /> {text.by(receipt.by)}
                      {receipt.note && `: ${receipt.note}`}
                    </p>
                  </div>
                  {may('PURCHASING_WRITE') && (
                    <Button icon="undo" onClick={() => setReversed(receipt)}>
                      {text.reverse}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      {reversed && (
        <ReverseDialog
          order={order}
          receipt={reversed}
          onClose={() => setReversed(undefined)}
          onDone={() => {
            setReversed(undefined)
            onChanged()
          }}
        />
      )}
    </Panel>
  )
}

function ReverseDialog({
  order,
  receipt,
  onClose,
  onDone,
}: {
  order: Order
  receipt: Receipt
  onClose(): void
  onDone(): void
}) {
  const [quantities, setQuantities] = useState<ReadonlyMap<string, number | null>>(
    () => new Map(receipt.lines.map(({ sku, quantity }) => [sku, quantity])),
  )
  const [note, setNote] = useState('')
  const reverse = useAction((input: { lines: { sku: string; quantity: number }[] | null; note: string | null }, key) =>
    mutate(OrdersReverseDocument, { input: { ...input, id: order.id, receipt: receipt.id, idempotencyKey: key } }),
  )
  const lines = receipt.lines
    .map(({ sku }) => ({ sku, quantity: quantities.get(sku) ?? 0 }))
    .filter(({ quantity }) => quantity > 0)
  const isWhole = receipt.lines.every(({ sku, quantity }) => quantities.get(sku) === quantity)
  const send = async () => {
    if (!(await reverse.run({ lines: isWhole ? null : lines, note: note.trim() || null }))) return
    tell(text.reversed)
    onDone()
  }
  return (
    <FormDialog
      title={text.reverseTitle}
      action={text.reverse}
      kind="danger"
      onClose={onClose}
      onSubmit={send}
      isBusy={reverse.isBusy}
      isDisabled={lines.length === 0}
    >
      <p>{text.reverseHint}</p>
      <ul class={styles.edits}>
        {receipt.lines.map(({ sku, name, quantity }) => (
          <li key={sku} class={styles.reversed} role="group" aria-label={name}>
            <span class={styles.name}>
              {name}
              <span class={styles.sub}>
                {sku} · {text.columns.received} {units(quantity)}
              </span>
            </span>
            <NumberField
              label={text.reverseQuantity}
              value={quantities.get(sku) ?? null}
              min={0}
              max={quantity}
              onValue={(entered) => setQuantities(new Map([...quantities, [sku, entered]]))}
            />
          </li>
        ))}
      </ul>
      <TextAreaField label={text.reason} value={note} onValue={setNote} maxLength={2000} />
      <Refused problem={reverse.problem} />
    </FormDialog>
  )
}
