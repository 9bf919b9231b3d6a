// Hold units for an order.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { ReservationsCreateDocument } from '../../gql/graphql'
import { go, to } from '../../shell/location'
import { reservations as text } from '../../text/reservations'
import { ui } from '../../text/ui'
import styles from '../../ui/Cards.module.css'
import { Check } from '../../ui/Check'
import { LocationPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { SelectField, TextField } from '../../ui/Field'
import { LinesField } from '../../ui/LinesField'
import { aLine, type EnteredLine, written, wrongLines } from '../../ui/lines'
import { tell } from '../../ui/Toasts'

export type Span = keyof typeof text.spans

export const SPANS: readonly Span[] = ['900', '3600', '86400', '604800', '2592000', 'none']

/** Return a span in seconds, null for one without an end. */
export const secondsOf = (span: Span): number | null => (span === 'none' ? null : Number(span))

interface Input {
  lines: { sku: string; quantity: number; location: string | null }[]
  ttlSeconds: number | null
  reference: string | null
  channel: string | null
  allowPartial: boolean
  acceptBackorder: boolean
}

export function CreateDialog({ onClose }: { onClose(): void }) {
  const [lines, setLines] = useState<readonly EnteredLine[]>(() => [aLine()])
  const [location, setLocation] = useState<string | null>(null)
  const [span, setSpan] = useState<Span>('none')
  const [reference, setReference] = useState('')
  const [channel, setChannel] = useState('')
  const [allowPartial, setAllowPartial] = useState(false)
  const [acceptBackorder, setAcceptBackorder] = useState(true)
  const create = useAction((input: Input, key) =>
    mutate(ReservationsCreateDocument, { input: { ...input, idempotencyKey: key } }),
  )
  const submit = async () => {
    const sent = written(lines).map(({ sku, quantity }) => ({ sku, quantity, location }))
    if (sent.length === 0) return
    const rest = { reference: reference.trim() || null, channel: channel.trim() || null, allowPartial, acceptBackorder }
    const answer = await create.run({ lines: sent, ttlSeconds: secondsOf(span), ...rest })
    const reservation = answer?.reservationCreate.reservation
    if (!reservation) return
    tell(text.made)
    onClose()
    go(to('reservations', reservation.id))
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
      <LinesField lines={lines} onLines={setLines} wrong={wrongLines(create.problem, lines)} />
      <div class={styles.two}>
        <LocationPicker value={location} onValue={setLocation} hint={text.locationHint} />
        <SelectField<Span>
          label={text.holdFor}
          value={span}
          onValue={setSpan}
          options={SPANS.map((name) => [name, text.spans[name]] as const)}
        />
        <TextField label={ui.reference} value={reference} onValue={setReference} maxLength={255} />
        <TextField label={text.channel} value={channel} onValue={setChannel} maxLength={64} />
      </div>
      <Check label={text.allowPartial} value={allowPartial} onValue={setAllowPartial} />
      <Check label={text.acceptBackorder} value={acceptBackorder} onValue={setAcceptBackorder} />
    </FormDialog>
  )
}
