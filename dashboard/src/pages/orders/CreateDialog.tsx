// A new purchase order: a draft.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { OrdersCreateDocument } from '../../gql/graphql'
import { go, place, to } from '../../shell/location'
import { orders as text } from '../../text/orders'
import { ui } from '../../text/ui'
import { LocationPicker, SupplierPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { TextAreaField, TextField } from '../../ui/Field'
import { LinesField } from '../../ui/LinesField'
import { aLine, type EnteredLine, written, wrongLines } from '../../ui/lines'
import { tell } from '../../ui/Toasts'
import styles from './Orders.module.css'

export function CreateDialog({ onClose }: { onClose(): void }) {
  const { search } = place.value
  const sku = search.get('sku')
  const [supplier, setSupplier] = useState(search.get('supplier'))
  const [location, setLocation] = useState(search.get('location'))
  const [lines, setLines] = useState<readonly EnteredLine[]>(() => [aLine(sku ? { sku, name: sku } : null)])
  const [reference, setReference] = useState('')
  const [note, setNote] = useState('')
  const create = useAction(
    (
      input: {
        supplier: string
        location: string
        lines: ReturnType<typeof written>
        reference: string | null
        note: string | null
      },
      key,
    ) => mutate(OrdersCreateDocument, { input: { ...input, idempotencyKey: key } }),
  )
  const submit = async () => {
    const sent = written(lines)
    if (!supplier || !location || sent.length === 0) return
    const answer = await create.run({
      supplier,
      location,
      lines: sent,
      reference: reference.trim() || null,
      note: note.trim() || null,
    })
    const order = answer?.purchaseOrderCreate.purchaseOrder
    if (!order) return
    tell(text.created)
    go(to('orders', order.id))
  }
  const wrong = wrongLines(create.problem, lines)
  return (
    <FormDialog
      title={text.createTitle}
      action={text.createAction}
      isWide
      onClose={onClose}
      onSubmit={submit}
      isBusy={create.isBusy}
      problem={create.problem}
    >
      <div class={styles.two}>
        <SupplierPicker value={supplier} onValue={setSupplier} required />
        <LocationPicker value={location} onValue={setLocation} label={text.facts.to} required />
      </div>
      <LinesField
        lines={lines}
        onLines={setLines}
        wrong={wrong}
        costLabel={text.columns.unitCost}
        supplier={supplier}
      />
      <p class="muted">{text.unitCostHint}</p>
      <div class={styles.two}>
        <TextField label={ui.reference} value={reference} onValue={setReference} maxLength={255} />
        <TextAreaField label={ui.note} value={note} onValue={setNote} maxLength={2000} />
      </div>
    </FormDialog>
  )
}
