// Changes what is recorded of an item. Nothing that somebody else has changed meanwhile is overwritten.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { ItemEditDocument, type ItemFactsFragment, type ItemUpsertInput } from '../../gql/graphql'
import { common } from '../../text/common'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'
import { FormDialog } from '../../ui/Dialog'
import { MoneyField, NumberField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import { listed } from './lists'

type Field = 'name' | 'category' | 'tags' | 'barcodes' | 'unitCost' | 'reorderPoint' | 'backorderLimit'

interface EditProps {
  item: ItemFactsFragment
  onClose(): void
  onDone(): void
}

export function EditDialog({ item, onClose, onDone }: EditProps) {
  const [start] = useState(item) // what was seen when the dialog was opened
  const [name, setName] = useState(start.name)
  const [category, setCategory] = useState(start.category ?? '')
  const [tags, setTags] = useState(start.tags.join(', '))
  const [barcodes, setBarcodes] = useState(start.barcodes.join(', '))
  const [unitCost, setUnitCost] = useState(start.unitCost ?? '')
  const [reorderPoint, setReorderPoint] = useState<number | null>(start.reorderPoint)
  const [backorderLimit, setBackorderLimit] = useState<number | null>(start.backorderLimit)
  const action = useAction((input: ItemUpsertInput, idempotencyKey) =>
    mutate(ItemEditDocument, { input: { ...input, idempotencyKey } }),
  )
  const wrong = (field: Field) => action.problem?.userErrors.find((error) => error.field?.includes(field))?.message
  const isElsewhere = action.problem?.userErrors.every((error) => error.field?.some((step) => step !== 'input'))
  const submit = async () => {
    const done = await action.run({
      sku: start.sku,
      expectedVersion: start.version,
      name: name.trim(),
      category: category.trim() || null,
      tags: listed(tags),
      barcodes: listed(barcodes),
      unitCost: unitCost.trim() === '' ? null : unitCost.trim(),
      reorderPoint: reorderPoint ?? 0,
      backorderLimit: backorderLimit ?? 0,
    })
    if (!done) return
    tell(text.saved)
    onDone()
  }
  return (
    <FormDialog
      title={text.editTitle(start.sku)}
      action={common.save}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={action.isBusy}
      isDisabled={name.trim() === ''}
      problem={isElsewhere && action.problem?.userErrors.length ? undefined : action.problem}
    >
      <TextField label={text.name} value={name} onValue={setName} maxLength={200} required wrong={wrong('name')} />
      <TextField
        label={stock.category}
        value={category}
        onValue={setCategory}
        maxLength={100}
        wrong={wrong('category')}
      />
      <TextField label={stock.tags} hint={text.commas} value={tags} onValue={setTags} wrong={wrong('tags')} />
      <TextField
        label={text.barcodes}
        hint={text.commas}
        value={barcodes}
        onValue={setBarcodes}
        wrong={wrong('barcodes')}
      />
      <MoneyField
        label={text.unitCost}
        value={unitCost}
        onValue={setUnitCost}
        hint={text.costHint}
        wrong={wrong('unitCost')}
      />
      <NumberField
        label={stock.reorderPoint}
        hint={text.reorderHint}
        value={reorderPoint}
        onValue={setReorderPoint}
        min={0}
        wrong={wrong('reorderPoint')}
      />
      <NumberField
        label={text.backorderLimit}
        hint={text.backorderHint}
        value={backorderLimit}
        onValue={setBackorderLimit}
        min={0}
        wrong={wrong('backorderLimit')}
      />
    </FormDialog>
  )
}
