// Ship a transfer, receive it with what is missing, cancel it, and take in what had been given up as lost.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import {
  type MovementReason,
  TransfersCancelDocument,
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
import type { Left } from '../../ui/history'
import { Parts } from '../../ui/Parts'
import { type Chosen, type DocumentDialogProps, PartsDialog } from '../../ui/PartsDialog'
import { tell } from '../../ui/Toasts'
import type { Transfer } from './TransferDrawer'

type Props = DocumentDialogProps & { transfer: Transfer }

const sentOf = (chosen: Chosen<{ sku: string }>) =>
  chosen.lines.map(({ part: { sku }, quantity }) => ({ sku, quantity }))

const SHORT_REASONS = ['LOST', 'DAMAGED', 'OTHER'] as const satisfies readonly MovementReason[]

export function ShipDialog({ transfer, ...props }: Props) {
  return (
    <PartsDialog
      {...props}
      title={text.shipTitle}
      action={text.ship}
      hint={text.shipHint}
      label={text.shipQuantity}
      done={text.shipped}
      parts={transfer.lines.nodes.map(({ item, quantity }) => ({
        ...item,
        key: item.sku,
        hint: text.requestedHint(item.sku, units(quantity)),
        most: quantity,
      }))}
      perform={(chosen, idempotencyKey) =>
        mutate(TransfersShipDocument, {
          input: { id: transfer.id, lines: chosen.isAll ? null : sentOf(chosen), idempotencyKey },
        })
      }
    />
  )
}

export function ReceiveDialog({ transfer, onClose, onDone }: Props) {
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

export function CancelDialog({ transfer, onClose, onDone }: Props) {
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

/** Takes in what had been given up as lost. Without `left`, all of it. */
export function FoundDialog({
  transfer,
  operation,
  left,
  ...props
}: Props & { operation: string; left: readonly Left[] | undefined }) {
  return (
    <PartsDialog
      {...props}
      title={text.reverse}
      action={text.receive}
      hint={text.reverseHint}
      label={text.found}
      done={text.reversed}
      isNoted
      parts={left?.map((part) => ({
        ...part,
        hint: text.lostHint(part.sku, units(part.units)),
        most: part.units,
      }))}
      perform={(chosen, idempotencyKey) =>
        mutate(TransfersLossReverseDocument, {
          input: {
            id: transfer.id,
            operation,
            lines: chosen.isAll ? null : sentOf(chosen),
            note: chosen.note,
            idempotencyKey,
          },
        })
      }
    />
  )
}
