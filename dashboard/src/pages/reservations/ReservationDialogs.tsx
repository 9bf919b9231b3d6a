// Fulfil a reservation, release units of it, hold it for another time, and serve it from elsewhere.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import {
  ReservationsExtendDocument,
  ReservationsFulfillDocument,
  ReservationsMoveDocument,
  ReservationsReleaseDocument,
} from '../../gql/graphql'
import { reservations as text } from '../../text/reservations'
import { LocationPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/Field'
import { Parts } from '../../ui/Parts'
import { tell } from '../../ui/Toasts'
import { SPANS, type Span, secondsOf } from './CreateDialog'
import { chosenParts, type HeldPart, partsOf } from './parts'
import type { Reservation } from './ReservationDrawer'

export interface ReservationDialogProps {
  reservation: Reservation
  onClose(): void
  onDone(): void
}

type Quantities = ReadonlyMap<string, number | null>
type Sent = ReturnType<typeof chosenParts>

const hintOf = ({ sku, locationName, held, waiting }: HeldPart) =>
  waiting > 0
    ? text.partWaits(sku, locationName, units(held), units(waiting))
    : text.partHint(sku, locationName, units(held))

/** The parts of a reservation with the units that are chosen of each: all at first. */
function useParts({ lines }: Reservation, withWaiting: boolean) {
  const parts = partsOf(lines.nodes, { withWaiting })
  const most = ({ held, waiting }: HeldPart) => held + (withWaiting ? waiting : 0)
  const [quantities, setQuantities] = useState<Quantities>(() => new Map(parts.map((part) => [part.key, most(part)])))
  const sent = chosenParts(parts, quantities)
  const isAll =
    parts.every((part) => quantities.get(part.key) === most(part)) &&
    lines.nodes.every(({ holds }) => holds.totalCount === holds.nodes.length)
  const list = (label: string) => (
    <Parts<HeldPart & { hint: string }>
      label={label}
      quantities={quantities}
      onQuantities={setQuantities}
      most={most}
      parts={parts.map((part) => ({ ...part, hint: hintOf(part) }))}
    />
  )
  return { sent, isAll, list }
}

export function FulfillDialog({ reservation, onClose, onDone }: ReservationDialogProps) {
  const { sent, list } = useParts(reservation, false)
  const fulfill = useAction((lines: Sent, key) =>
    mutate(ReservationsFulfillDocument, { input: { id: reservation.id, lines, idempotencyKey: key } }),
  )
  const send = async () => {
    if (!(await fulfill.run(sent))) return
    tell(text.fulfilled)
    onDone()
  }
  return (
    <FormDialog
      title={text.fulfillTitle}
      action={text.fulfill}
      onClose={onClose}
      onSubmit={send}
      isBusy={fulfill.isBusy}
      isDisabled={sent.length === 0}
      problem={fulfill.problem}
    >
      <p class="muted">{text.fulfillHint}</p>
      {list(text.fulfillQuantity)}
    </FormDialog>
  )
}

export function ReleaseDialog({ reservation, onClose, onDone }: ReservationDialogProps) {
  const { sent, isAll, list } = useParts(reservation, true)
  const release = useAction((lines: Sent | null, key) =>
    mutate(ReservationsReleaseDocument, { input: { id: reservation.id, lines, idempotencyKey: key } }),
  )
  const send = async () => {
    if (!(await release.run(isAll ? null : sent))) return
    tell(text.released)
    onDone()
  }
  return (
    <FormDialog
      title={text.releaseTitle}
      action={text.release}
      kind="danger"
      onClose={onClose}
      onSubmit={send}
      isBusy={release.isBusy}
      isDisabled={sent.length === 0}
      problem={release.problem}
    >
      <p class="muted">{text.releaseHint}</p>
      {list(text.releaseQuantity)}
    </FormDialog>
  )
}

export function ExtendDialog({ reservation, onClose, onDone }: ReservationDialogProps) {
  const [span, setSpan] = useState<Span>('86400')
  const extend = useAction((ttlSeconds: number | null, key) =>
    mutate(ReservationsExtendDocument, { input: { id: reservation.id, ttlSeconds, idempotencyKey: key } }),
  )
  const send = async () => {
    if (!(await extend.run(secondsOf(span)))) return
    tell(text.extended)
    onDone()
  }
  return (
    <FormDialog
      title={text.extendTitle}
      action={text.extend}
      onClose={onClose}
      onSubmit={send}
      isBusy={extend.isBusy}
      problem={extend.problem}
    >
      <SelectField<Span>
        label={text.extendFor}
        value={span}
        onValue={setSpan}
        options={SPANS.map((name) => [name, text.spans[name]] as const)}
      />
    </FormDialog>
  )
}

export function MoveDialog({ reservation, onClose, onDone }: ReservationDialogProps) {
  const { sent, list } = useParts(reservation, true)
  const [location, setLocation] = useState<string | null>(null)
  const move = useAction((input: { lines: Sent; location: string }, key) =>
    mutate(ReservationsMoveDocument, { input: { ...input, id: reservation.id, idempotencyKey: key } }),
  )
  const lines = sent.filter((part) => part.location !== location)
  const send = async () => {
    if (!location || !(await move.run({ lines, location }))) return
    tell(text.moved)
    onDone()
  }
  return (
    <FormDialog
      title={text.moveTitle}
      action={text.move}
      onClose={onClose}
      onSubmit={send}
      isBusy={move.isBusy}
      isDisabled={!location || lines.length === 0}
      problem={move.problem}
    >
      <p class="muted">{text.moveHint}</p>
      <LocationPicker label={text.moveTo} value={location} onValue={setLocation} required />
      {list(text.moveQuantity)}
    </FormDialog>
  )
}
