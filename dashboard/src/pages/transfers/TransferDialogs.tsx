// Ship a transfer, receive it with what is missing, cancel it, and take in what had been given up as lost.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { Problem } from '../../api/problem'
import { mutate, request } from '../../api/request'
import { units } from '../../format/number'
import {
  type MovementReason,
  TransfersCancelDocument,
  TransfersLossesDocument,
  TransfersLossReverseDocument,
  TransfersReceiveDocument,
  TransfersShipDocument,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { transfers as text } from '../../text/transfers'
import { ui } from '../../text/ui'
import { type Arrival, arrived, isOver, OVER_REASONS, wrongOf } from '../../ui/arrivals'
import { Button } from '../../ui/Button'
import { Check } from '../../ui/Check'
import { FormDialog } from '../../ui/Dialog'
import { NumberField, SelectField, TextAreaField } from '../../ui/Field'
import { Parts } from '../../ui/Parts'
import { tell } from '../../ui/Toasts'
import { mayHaveLost } from './states'
import type { Transfer } from './TransferDrawer'

interface TransferDialogProps {
  transfer: Transfer
  onClose(): void
  onDone(): void
}

type Quantities = ReadonlyMap<string, number | null>

const chosen = (quantities: Quantities) =>
  [...quantities].flatMap(([sku, quantity]) => (quantity ? [{ sku, quantity }] : []))

const SHORT_REASONS = ['LOST', 'DAMAGED', 'OTHER'] as const satisfies readonly MovementReason[]

export function ShipDialog({ transfer, onClose, onDone }: TransferDialogProps) {
  const { nodes } = transfer.lines
  const [quantities, setQuantities] = useState<Quantities>(
    () => new Map(nodes.map(({ item, quantity }) => [item.sku, quantity])),
  )
  const ship = useAction((lines: ReturnType<typeof chosen> | null, key) =>
    mutate(TransfersShipDocument, { input: { id: transfer.id, lines, idempotencyKey: key } }),
  )
  const isAll = nodes.every(({ item, quantity }) => quantities.get(item.sku) === quantity)
  const send = async () => {
    if (!(await ship.run(isAll ? null : chosen(quantities)))) return
    tell(text.shipped)
    onDone()
  }
  return (
    <FormDialog
      title={text.shipTitle}
      action={text.ship}
      onClose={onClose}
      onSubmit={send}
      isBusy={ship.isBusy}
      isDisabled={chosen(quantities).length === 0}
      problem={ship.problem}
    >
      <p class="muted">{text.shipHint}</p>
      <Parts
        label={text.shipQuantity}
        quantities={quantities}
        onQuantities={setQuantities}
        most={({ most }) => most}
        parts={nodes.map(({ item, quantity }) => ({
          key: item.sku,
          name: item.name,
          hint: text.requestedHint(item.sku, units(quantity)),
          most: quantity,
        }))}
      />
    </FormDialog>
  )
}

export function ReceiveDialog({ transfer, onClose, onDone }: TransferDialogProps) {
  const { nodes } = transfer.lines
  const [arrivals, setArrivals] = useState<readonly Arrival[]>(() =>
    nodes.map(({ item, outstanding }) => ({
      sku: item.sku,
      outstanding,
      quantity: null,
      damaged: null,
      overReason: '',
    })),
  )
  const [isComplete, setComplete] = useState(false)
  const [shortReason, setShortReason] = useState<(typeof SHORT_REASONS)[number]>('LOST')
  const [note, setNote] = useState('')
  const receive = useAction(
    (
      input: {
        lines: ReturnType<typeof arrived>
        isComplete: boolean
        shortReason: MovementReason | null
        note: string | null
      },
      key,
    ) => mutate(TransfersReceiveDocument, { input: { ...input, id: transfer.id, idempotencyKey: key } }),
  )
  const bySku = new Map(arrivals.map((arrival) => [arrival.sku, arrival]))
  const change = (sku: string, part: Partial<Arrival>) =>
    setArrivals(arrivals.map((arrival) => (arrival.sku === sku ? { ...arrival, ...part } : arrival)))
  const lines = arrived(arrivals)
  const isShort = arrivals.some(({ outstanding, quantity }) => outstanding > (quantity ?? 0))
  const canSend = (lines.length > 0 || isComplete) && arrivals.every((arrival) => wrongOf(arrival) === undefined)
  const send = async () => {
    if (!canSend) return
    if (
      !(await receive.run({
        lines,
        isComplete,
        shortReason: isComplete && isShort ? shortReason : null,
        note: note.trim() || null,
      }))
    )
      return
    tell(text.received)
    onDone()
  }
  return (
    <FormDialog
      title={text.receiveTitle}
      action={text.receive}
      isWide
      onClose={onClose}
      onSubmit={send}
      isBusy={receive.isBusy}
      isDisabled={!canSend}
      problem={receive.problem}
    >
      <p>
        <Button
          icon="check"
          onClick={() =>
            setArrivals(arrivals.map((arrival) => ({ ...arrival, quantity: arrival.outstanding || arrival.quantity })))
          }
        >
          {text.receiveAll}
        </Button>
      </p>
      <Parts
        label={text.arrived}
        quantities={new Map(arrivals.map(({ sku, quantity }) => [sku, quantity]))}
        onQuantities={(quantities) =>
          setArrivals(arrivals.map((arrival) => ({ ...arrival, quantity: quantities.get(arrival.sku) ?? null })))
        }
        parts={nodes.map(({ item, outstanding }) => ({
          key: item.sku,
          name: item.name,
          hint: text.outstandingHint(item.sku, units(outstanding)),
        }))}
      >
        {({ key }) => {
          const arrival = bySku.get(key)!
          return (
            <>
              <NumberField
                label={text.damaged}
                value={arrival.damaged}
                min={0}
                onValue={(damaged) => change(key, { damaged })}
                wrong={wrongOf(arrival) === 'damaged' ? text.damagedTooMany : undefined}
              />
              {isOver(arrival) && (
                <SelectField<Arrival['overReason']>
                  label={text.overReason}
                  value={arrival.overReason}
                  onValue={(overReason) => change(key, { overReason })}
                  options={[
                    ['', text.chooseReason],
                    ...OVER_REASONS.map((reason) => [reason, common.reasons[reason]] as const),
                  ]}
                />
              )}
            </>
          )
        }}
      </Parts>
      {isShort && <Check label={text.complete} hint={text.completeHint} value={isComplete} onValue={setComplete} />}
      {isShort && isComplete && (
        <SelectField<(typeof SHORT_REASONS)[number]>
          label={text.shortReason}
          value={shortReason}
          onValue={setShortReason}
          options={SHORT_REASONS.map((reason) => [reason, common.reasons[reason]] as const)}
        />
      )}
      <TextAreaField label={ui.note} value={note} onValue={setNote} maxLength={2000} />
    </FormDialog>
  )
}

export function CancelDialog({ transfer, onClose, onDone }: TransferDialogProps) {
  const [note, setNote] = useState('')
  const cancel = useAction((written: string | null, key) =>
    mutate(TransfersCancelDocument, { input: { id: transfer.id, note: written, idempotencyKey: key } }),
  )
  const send = async () => {
    if (!(await cancel.run(note.trim() || null))) return
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
      problem={cancel.problem}
    >
      <p>{text.cancelHint}</p>
      <TextAreaField label={ui.note} value={note} onValue={setNote} maxLength={2000} />
    </FormDialog>
  )
}

/** Take lost units in by the operation that gave them up: of those that may have, the one that the server accepts. */
async function takeIn(transfer: Transfer, lines: ReturnType<typeof chosen>, key: string): Promise<void> {
  const { movements } = await request(TransfersLossesDocument, {
    sku: lines[0]!.sku,
    location: transfer.destination.code,
    from: transfer.createdAt,
  })
  let last = new Problem(text.noLoss, 'UNKNOWN_DOCUMENT', false)
  for (const operation of mayHaveLost(movements.nodes))
    try {
      await mutate(TransfersLossReverseDocument, {
        input: { id: transfer.id, operation, lines, idempotencyKey: `${key}-${operation.slice(-40)}` },
      })
      return
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'INVALID_VALUE') throw error
      last = error
    }
  throw last
}

export function FoundDialog({ transfer, onClose, onDone }: TransferDialogProps) {
  const lost = transfer.lines.nodes.filter((line) => line.lost > 0)
  const [quantities, setQuantities] = useState<Quantities>(
    () => new Map(lost.map((line) => [line.item.sku, line.lost])),
  )
  const reverse = useAction((lines: ReturnType<typeof chosen>, key) => takeIn(transfer, lines, key).then(() => true))
  const lines = chosen(quantities)
  const send = async () => {
    if (lines.length === 0 || !(await reverse.run(lines))) return
    tell(text.reversed)
    onDone()
  }
  return (
    <FormDialog
      title={text.reverse}
      action={text.receive}
      onClose={onClose}
      onSubmit={send}
      isBusy={reverse.isBusy}
      isDisabled={lines.length === 0}
      problem={reverse.problem}
    >
      <p class="muted">{text.reverseHint}</p>
      <Parts
        label={text.found}
        quantities={quantities}
        onQuantities={setQuantities}
        most={({ most }) => most}
        parts={lost.map((line) => ({
          key: line.item.sku,
          name: line.item.name,
          hint: text.lostHint(line.item.sku, units(line.lost)),
          most: line.lost,
        }))}
      />
    </FormDialog>
  )
}
