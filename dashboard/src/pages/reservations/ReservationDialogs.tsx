// Fulfil a reservation, release units of it, hold it for another time, serve it from elsewhere, and take a shipment back.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import {
  ReservationsExtendDocument,
  ReservationsFulfillDocument,
  ReservationsMoveDocument,
  ReservationsReleaseDocument,
  ReservationsReverseDocument,
} from '../../gql/graphql'
import { reservations as text } from '../../text/reservations'
import { LocationPicker } from '../../ui/CodePicker'
import { FormDialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/Field'
import type { Left } from '../../ui/history'
import { type Chosen, type DocumentDialogProps, PartsDialog } from '../../ui/PartsDialog'
import { tell } from '../../ui/Toasts'
import { SPANS, type Span, secondsOf } from './CreateDialog'
import { type HeldPart, partsOf } from './parts'
import type { Reservation } from './ReservationDrawer'

type Props = DocumentDialogProps & { reservation: Reservation }

const hintOf = ({ sku, locationName, held, waiting }: HeldPart) =>
  waiting > 0
    ? text.partWaits(sku, locationName, units(held), units(waiting))
    : text.partHint(sku, locationName, units(held))

/** The parts of which units can be chosen; with those that wait, or without. */
const countedParts = ({ lines }: Reservation, withWaiting: boolean) =>
  partsOf(lines.nodes, { withWaiting }).map((part) => ({
    ...part,
    hint: hintOf(part),
    most: part.held + (withWaiting ? part.waiting : 0),
  }))

const sentOf = (chosen: Chosen<{ sku: string; location: string }>) =>
  chosen.lines.map(({ part: { sku, location }, quantity }) => ({ sku, location, quantity }))

export function FulfillDialog({ reservation, ...props }: Props) {
  return (
    <PartsDialog
      {...props}
      title={text.fulfillTitle}
      action={text.fulfill}
      hint={text.fulfillHint}
      label={text.fulfillQuantity}
      done={text.fulfilled}
      parts={countedParts(reservation, false)}
      perform={(chosen, idempotencyKey) =>
        mutate(ReservationsFulfillDocument, { input: { id: reservation.id, lines: sentOf(chosen), idempotencyKey } })
      }
    />
  )
}

export function ReleaseDialog({ reservation, ...props }: Props) {
  const isComplete = reservation.lines.nodes.every(({ holds }) => holds.totalCount === holds.nodes.length)
  return (
    <PartsDialog
      {...props}
      title={text.releaseTitle}
      action={text.release}
      kind="danger"
      hint={text.releaseHint}
      label={text.releaseQuantity}
      done={text.released}
      parts={countedParts(reservation, true)}
      perform={(chosen, idempotencyKey) =>
        mutate(ReservationsReleaseDocument, {
          input: { id: reservation.id, lines: chosen.isAll && isComplete ? null : sentOf(chosen), idempotencyKey },
        })
      }
    />
  )
}

export function ExtendDialog({ reservation, onClose, onDone }: Props) {
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

export function MoveDialog({ reservation, ...props }: Props) {
  const [location, setLocation] = useState<string | null>(null)
  return (
    <PartsDialog
      {...props}
      title={text.moveTitle}
      action={text.move}
      hint={text.moveHint}
      label={text.moveQuantity}
      done={text.moved}
      parts={countedParts(reservation, true).filter((part) => part.location !== location)}
      isDisabled={location === null}
      perform={(chosen, idempotencyKey) =>
        mutate(ReservationsMoveDocument, {
          input: { id: reservation.id, location: location!, lines: sentOf(chosen), idempotencyKey },
        })
      }
    >
      <LocationPicker label={text.moveTo} value={location} onValue={setLocation} required />
    </PartsDialog>
  )
}

/** Takes a shipment back, or a part of it. Without `left`, all of it that was not taken back yet. */
export function ReverseDialog({
  reservation,
  operation,
  left,
  ...props
}: Props & { operation: string; left: readonly Left[] | undefined }) {
  const input = { id: reservation.id, operation }
  return (
    <PartsDialog
      {...props}
      title={text.reverseTitle}
      action={text.reverse}
      kind="danger"
      hint={text.reverseHint}
      label={text.reverseQuantity}
      done={text.reversed}
      isNoted
      parts={left?.map((part) => ({
        ...part,
        hint: text.shippedHint(part.sku, part.locationName, units(part.units)),
        most: part.units,
      }))}
      perform={(chosen, idempotencyKey) =>
        mutate(ReservationsReverseDocument, {
          input: { ...input, lines: chosen.isAll ? null : sentOf(chosen), note: chosen.note, idempotencyKey },
        })
      }
    />
  )
}
