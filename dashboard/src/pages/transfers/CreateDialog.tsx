// A new transfer: a draft.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { TransfersCreateDocument } from '../../gql/graphql'
import { go, place, to } from '../../shell/location'
import { transfers as text } from '../../text/transfers'
import { ui } from '../../text/ui'
import styles from '../../ui/Cards.module.css'
import { LocationPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { LinesField } from '../../ui/LinesField'
import { aLine, type EnteredLine, written, wrongLines } from '../../ui/lines'
import { tell } from '../../ui/Toasts'

interface Input {
  source: string
  destination: string
  lines: { sku: string; quantity: number }[]
  reference: string | null
}

export function CreateDialog({ onClose }: { onClose(): void }) {
  const { search } = place.value
  const sku = search.get('sku')
  const [source, setSource] = useState(search.get('source'))
  const [destination, setDestination] = useState<string | null>(search.get('destination'))
  const [lines, setLines] = useState<readonly EnteredLine[]>(() => [aLine(sku ? { sku, name: sku } : null)])
  const [reference, setReference] = useState('')
  const create = useAction((input: Input, key) =>
    mutate(TransfersCreateDocument, { input: { ...input, idempotencyKey: key } }),
  )
  const isSame = source !== null && source === destination
  const submit = async () => {
    const sent = written(lines)
    if (!source || !destination || isSame || sent.length === 0) return
    const answer = await create.run({ source, destination, lines: sent, reference: reference.trim() || null })
    const transfer = answer?.transferCreate.transfer
    if (!transfer) return
    tell(text.made)
    onClose()
    go(to('transfers', transfer.id))
  }
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
        <LocationPicker label={text.from} value={source} onValue={setSource} required />
        <LocationPicker
          label={text.to}
          value={destination}
          onValue={setDestination}
          required
          wrong={isSame ? text.sameLocation : undefined}
        />
      </div>
      <LinesField lines={lines} onLines={setLines} wrong={wrongLines(create.problem, lines)} />
      <TextField label={ui.reference} value={reference} onValue={setReference} maxLength={255} />
    </FormDialog>
  )
}
