// What can be done with levels of stock, as dialogs.
import { useState } from 'preact/hooks'
import { change, units } from '../../format/number'
import type { MovementReason, UnavailableReason } from '../../gql/graphql'
import { common } from '../../text/common'
import { levels as text } from '../../text/levels'
import { ui } from '../../text/ui'
import { LocationPicker } from '../../ui/CodePicker'
import { NumberField, SelectField } from '../../ui/Field'
import { ActionDialog, type ActionProps } from './ActionDialog'
import styles from './Actions.module.css'
import { PolicyDialog } from './PolicyDialog'
import { adjusting, reclassifying, type Target, transferring, writingOff } from './tasks'
import { useRemarks } from './useRemarks'

/** A level as the dialogs need it. */
export interface Counted extends Target {
  available: number
  onHand: number
  unavailableBy: { damaged: number; qualityControl: number; safety: number; other: number }
}

const MOST_UNITS = 2_147_483_647
const MOST_LINES = 250 // that have a field each; of more, all have the same quantity
const REASONS: readonly MovementReason[] = [
  'CORRECTION',
  'FOUND',
  'LOST',
  'DAMAGED',
  'COUNT',
  'RECEIPT',
  'RETURN',
  'OTHER',
]

const isQuantity = (count: number | null): count is number =>
  count !== null && Number.isInteger(count) && count >= 1 && count <= MOST_UNITS

export function AdjustDialog<T extends Counted>({ targets, onClose }: ActionProps<T>) {
  const [delta, setDelta] = useState<number | null>(null)
  const [reason, setReason] = useState<MovementReason>('CORRECTION')
  const { remarks, fields } = useRemarks()
  const [only] = targets
  const isWhole = delta === null || (Number.isInteger(delta) && Math.abs(delta) <= MOST_UNITS)
  const hint =
    targets.length === 1 && only && delta !== null && isWhole
      ? text.after(units(only.onHand), units(only.onHand + delta))
      : text.deltaHint
  const isReady = delta !== null && delta !== 0 && isWhole && (reason !== 'OTHER' || remarks.note !== undefined)
  return (
    <ActionDialog
      title={text.adjust}
      action={delta ? text.adjustBy(change(delta)) : text.adjust}
      targets={targets}
      onClose={onClose}
      done={text.adjusted}
      tasks={(open) => (isReady ? adjusting(open, delta, reason, remarks) : undefined)}
    >
      {() => (
        <>
          <NumberField
            label={text.delta}
            hint={hint}
            value={delta}
            onValue={setDelta}
            wrong={isWhole ? undefined : text.whole}
            required
            autofocus
          />
          <SelectField
            label={text.reason}
            value={reason}
            options={REASONS.map((name) => [name, common.reasons[name]] as const)}
            onValue={(name) => setReason(name)}
            {...(reason === 'OTHER' ? { hint: text.sayWhy } : {})}
          />
          {fields}
        </>
      )}
    </ActionDialog>
  )
}

type State = UnavailableReason | 'AVAILABLE' | 'WRITTEN_OFF'

const STATES: readonly State[] = ['AVAILABLE', 'DAMAGED', 'QUALITY_CONTROL', 'SAFETY', 'OTHER']

function unitsIn({ available, unavailableBy }: Counted, state: State): number {
  const { damaged, qualityControl, safety, other } = unavailableBy
  const all = { AVAILABLE: available, DAMAGED: damaged, QUALITY_CONTROL: qualityControl, SAFETY: safety, OTHER: other }
  return state === 'WRITTEN_OFF' ? 0 : Math.max(0, all[state])
}

const reasonOf = (state: State) => (state === 'AVAILABLE' || state === 'WRITTEN_OFF' ? null : state)

const namesOf = (states: readonly State[]) => states.map((state) => [state, text.states[state]] as const)

export function ReclassifyDialog<T extends Counted>({ targets, onClose }: ActionProps<T>) {
  const [quantity, setQuantity] = useState<number | null>(null)
  const [from, setFrom] = useState<State>('AVAILABLE')
  const [to, setTo] = useState<State>('DAMAGED')
  const { remarks, fields } = useRemarks()
  const [only] = targets
  const source = reasonOf(from)
  const goals: State[] = [...STATES.filter((state) => state !== from), ...(source ? (['WRITTEN_OFF'] as const) : [])]
  const goal = goals.includes(to) ? to : goals[0]!
  return (
    <ActionDialog
      title={text.reclassify}
      action={text.reclassify}
      targets={targets}
      onClose={onClose}
      done={text.reclassified}
      kind={goal === 'WRITTEN_OFF' ? 'danger' : 'primary'}
      tasks={(open) => {
        if (!isQuantity(quantity)) return undefined
        if (goal === 'WRITTEN_OFF' && source) return writingOff(open, { quantity, reason: source, ...remarks })
        return reclassifying(open, { quantity, from: source, to: reasonOf(goal), ...remarks })
      }}
    >
      {() => (
        <>
          <SelectField label={text.from} value={from} options={namesOf(STATES)} onValue={(state) => setFrom(state)} />
          <SelectField label={text.to} value={goal} options={namesOf(goals)} onValue={(state) => setTo(state)} />
          <NumberField
            label={ui.quantity}
            hint={targets.length === 1 && only ? text.thereAre(units(unitsIn(only, from))) : text.each}
            value={quantity}
            onValue={setQuantity}
            min={1}
            required
            autofocus
          />
          {fields}
        </>
      )}
    </ActionDialog>
  )
}

export function TransferDialog<T extends Counted>({ targets, onClose }: ActionProps<T>) {
  const [destination, setDestination] = useState<string | null>(null)
  const [quantity, setQuantity] = useState<number | null>(null)
  const [own, setOwn] = useState<Readonly<Record<string, number | null>>>({})
  const [ships, setShips] = useState(false)
  const { remarks, fields } = useRemarks()
  const quantityOf = ({ id }: Target) => (id in own ? own[id]! : quantity) ?? 0
  const moves = (all: readonly T[]) =>
    all.filter((target) => target.location.code !== destination && quantityOf(target) !== 0)
  const isThere = destination !== null && targets.every(({ location }) => location.code === destination)
  return (
    <ActionDialog
      title={text.transfer}
      action={ships ? text.ship : text.draft}
      targets={targets}
      onClose={onClose}
      done={text.transferred}
      tasks={(open) => {
        const moved = moves(open)
        if (destination === null || moved.length === 0 || !moved.every((target) => isQuantity(quantityOf(target))))
          return undefined
        return transferring<T>(moved, { quantityOf, destination, ships, ...remarks }, text.draftOnly)
      }}
    >
      {(open) => (
        <>
          <LocationPicker
            label={text.destination}
            value={destination}
            onValue={setDestination}
            required
            wrong={isThere ? text.sameLocation : undefined}
          />
          <NumberField
            label={targets.length > 1 ? text.quantityEach : ui.quantity}
            value={quantity}
            onValue={setQuantity}
            min={1}
            required={Object.keys(own).length === 0}
            {...(targets.length === 1 ? { hint: text.thereAre(units(Math.max(0, targets[0]!.available))) } : {})}
          />
          {open.length > 1 && open.length <= MOST_LINES && (
            <Lines
              targets={open}
              destination={destination}
              quantityOf={({ id }) => (id in own ? own[id]! : quantity)}
              onValue={({ id }, value) => setOwn({ ...own, [id]: value })}
            />
          )}
          {fields}
          <label class={`${styles.check} ${styles.whole}`}>
            <input type="checkbox" checked={ships} onChange={() => setShips(!ships)} />
            {text.shipNow}
          </label>
        </>
      )}
    </ActionDialog>
  )
}

/** The quantity of each level. */
function Lines({
  targets,
  destination,
  quantityOf,
  onValue,
}: {
  targets: readonly Counted[]
  destination: string | null
  quantityOf(target: Counted): number | null
  onValue(target: Counted, value: number | null): void
}) {
  return (
    <div class={`${styles.lines} ${styles.whole}`} role="group" aria-label={ui.lines}>
      {targets.map((target) => {
        const isThere = target.location.code === destination
        const { name } = target.item
        return (
          <label key={target.id} class={styles.line}>
            <span title={name}>
              {name} <span class="muted">{target.location.code}</span>
            </span>
            <span class="muted">{isThere ? text.isThere : text.thereAre(units(Math.max(0, target.available)))}</span>
            <input
              type="number"
              min={0}
              step={1}
              inputMode="numeric"
              disabled={isThere}
              value={quantityOf(target) ?? ''}
              aria-label={`${ui.quantity}: ${name}, ${target.location.code}`}
              onInput={({ currentTarget: { value } }) => onValue(target, value === '' ? null : Number(value))}
            />
          </label>
        )
      })}
    </div>
  )
}

export type ActionName = 'adjust' | 'transfer' | 'reclassify' | 'policy'

/** The dialog of an action. */
export function LevelAction<T extends Counted>({ name, ...props }: ActionProps<T> & { name: ActionName }) {
  if (name === 'adjust') return <AdjustDialog {...props} />
  if (name === 'transfer') return <TransferDialog {...props} />
  if (name === 'reclassify') return <ReclassifyDialog {...props} />
  return <PolicyDialog {...props} />
}
