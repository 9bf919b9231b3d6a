// What happened to an order, and what takes a receipt back that was recorded by mistake.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { useQuery } from '../../api/query'
import { mutate } from '../../api/request'
import { may } from '../../api/session'
import { change, units } from '../../format/number'
import { OrdersHistoryDocument, OrdersReverseDocument } from '../../gql/graphql'
import { common } from '../../text/common'
import { orders as text } from '../../text/orders'
import { Ago } from '../../ui/Ago'
import { Button } from '../../ui/Button'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, TextAreaField } from '../../ui/Field'
import { Panel } from '../../ui/Panel'
import { Loaded } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import { type Happening, historyOf } from './history'
import type { Order } from './OrderPage'
import styles from './Orders.module.css'
import { Refused } from './Refused'

const LINES_SHOWN = 6

function Moved({ lines }: { lines: Happening['lines'] }) {
  const more = lines.length - LINES_SHOWN
  const named = lines.slice(0, LINES_SHOWN).map(({ name, quantity }) => `${change(quantity)} × ${name}`)
  return (
    <p>
      {named.join(', ')}
      {more > 0 && ` ${text.andMore(units(more))}`}
    </p>
  )
}

/** What was done, in a word; a receipt of nothing closes the order. */
function titleOf({ kind, lines }: Happening): string {
  if (kind === 'purchaseOrderReceive' && lines.length === 0) return text.closedShort
  return text.kinds[kind as keyof typeof text.kinds] ?? text.kinds.other
}

export function History({ order, onChanged }: { order: Order; onChanged(): void }) {
  const query = useQuery(OrdersHistoryDocument, { id: order.id }, { of: order.version })
  const [reversed, setReversed] = useState<Happening>()
  return (
    <Panel title={text.history} hint={text.historyHint}>
      <Loaded query={query} lines={3}>
        {({ purchaseOrder }) => {
          if (!purchaseOrder) return null
          const { nodes, totalCount } = purchaseOrder.operations
          return (
            <>
              <ol class={styles.history}>
                {historyOf(nodes).map((each) => (
                  <li key={each.id} class={styles.happening}>
                    <div>
                      <p>
                        <strong>{titleOf(each)}</strong>{' '}
                        <span class={styles.when}>
                          <Ago at={each.at} /> {text.by(each.by)}
                        </span>
                      </p>
                      {each.lines.length > 0 && <Moved lines={each.lines} />}
                      {each.note && <p class={styles.note}>{each.note}</p>}
                    </div>
                    {each.left.length > 0 && may('PURCHASING_WRITE') && (
                      <Button icon="undo" onClick={() => setReversed(each)}>
                        {text.reverse}
                      </Button>
                    )}
                  </li>
                ))}
              </ol>
              {totalCount > nodes.length && <p class="muted">{common.of(units(nodes.length), units(totalCount))}</p>}
            </>
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
  receipt: Happening
  onClose(): void
  onDone(): void
}) {
  const [quantities, setQuantities] = useState<ReadonlyMap<string, number | null>>(
    () => new Map(receipt.left.map(({ sku, quantity }) => [sku, quantity])),
  )
  const [note, setNote] = useState('')
  const reverse = useAction((input: { lines: { sku: string; quantity: number }[] | null; note: string | null }, key) =>
    mutate(OrdersReverseDocument, { input: { ...input, id: order.id, receipt: receipt.id, idempotencyKey: key } }),
  )
  const lines = receipt.left
    .map(({ sku }) => ({ sku, quantity: quantities.get(sku) ?? 0 }))
    .filter(({ quantity }) => quantity > 0)
  const isWhole = receipt.left.every(({ sku, quantity }) => quantities.get(sku) === quantity)
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
      <div class={styles.edits}>
        {receipt.left.map(({ sku, name, quantity }) => (
          <div key={sku} class={styles.reversed} role="group" aria-label={name}>
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
          </div>
        ))}
      </div>
      <TextAreaField label={text.reason} value={note} onValue={setNote} maxLength={2000} />
      <Refused problem={reverse.problem} />
    </FormDialog>
  )
}
