// Acknowledge and snooze: one alert, or many at once.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { forEach } from '../../api/many'
import { mutate } from '../../api/request'
import { units } from '../../format/number'
import { AlertsAcknowledgeDocument, AlertsSnoozeDocument } from '../../gql/graphql'
import { alerts as text } from '../../text/alerts'
import { FormDialog } from '../../ui/Dialog'
import { SelectField, TextAreaField, TextField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import type { Alert } from './Alerts'
import { endOf, isAllowed, local, SNOOZES, type Snooze } from './snoozing'

export interface AlertDialogProps {
  alerts: readonly Alert[]
  onClose(): void
  /** It was done, for those that had not changed meanwhile. */
  onDone(): void
}

interface Handled {
  ids: readonly string[]
  note: string
  until?: string | null
}

/** Tell what was done and what was not. */
function tellOutcome(done: string, refused: number): void {
  tell(refused > 0 ? `${done}. ${text.refused(units(refused))}` : done, refused > 0 ? 'bad' : 'good')
}

/** Return the action that silences alerts until some time, or wakes them where that is null. */
export function useSnooze() {
  return useAction(({ ids, note, until }: Handled, key) =>
    forEach(ids, (id, index) =>
      mutate(AlertsSnoozeDocument, {
        input: { id, until: until ?? null, note: note || null, idempotencyKey: `${key}-${index}` },
      }),
    ),
  )
}

/** Wake alerts that are snoozed, and tell so. */
export async function wake(snooze: ReturnType<typeof useSnooze>, ids: readonly string[]): Promise<void> {
  const outcome = await snooze.run({ ids, note: '', until: null })
  if (outcome) tellOutcome(text.woken(units(outcome.done)), outcome.refused.length)
}

export function AcknowledgeDialog({ alerts, onClose, onDone }: AlertDialogProps) {
  const [note, setNote] = useState('')
  const acknowledge = useAction(({ ids, note: written }: Handled, key) =>
    forEach(ids, (id, index) =>
      mutate(AlertsAcknowledgeDocument, { input: { id, note: written || null, idempotencyKey: `${key}-${index}` } }),
    ),
  )
  const submit = async () => {
    const outcome = await acknowledge.run({ ids: alerts.map(({ id }) => id), note: note.trim() })
    if (!outcome) return
    tellOutcome(text.acknowledged(units(outcome.done)), outcome.refused.length)
    onDone()
  }
  const [only] = alerts
  const title =
    alerts.length === 1 ? `${text.acknowledge}: ${only!.item.name}` : text.acknowledgeMany(units(alerts.length))
  return (
    <FormDialog
      title={title}
      action={text.acknowledge}
      onClose={onClose}
      onSubmit={submit}
      isBusy={acknowledge.isBusy}
      problem={acknowledge.problem}
    >
      <p class="muted">{text.acknowledgeHint}</p>
      <TextAreaField label={text.note} hint={text.noteHint} value={note} onValue={setNote} maxLength={2000} autofocus />
    </FormDialog>
  )
}

export function SnoozeDialog({ alerts, onClose, onDone }: AlertDialogProps) {
  const [snooze, setSnooze] = useState<Snooze>('tomorrow')
  const [entered, setEntered] = useState(() => local(endOf('tomorrow')!))
  const [note, setNote] = useState('')
  const [isWrong, setWrong] = useState(false)
  const action = useSnooze()
  const submit = async () => {
    const until = endOf(snooze, entered)
    setWrong(!until || !isAllowed(until))
    if (!until || !isAllowed(until)) return
    const end = snooze === 'hour' ? until : new Date(Math.floor(until.getTime() / 60_000) * 60_000)
    const outcome = await action.run({ ids: alerts.map(({ id }) => id), note: note.trim(), until: end.toISOString() })
    if (!outcome) return
    tellOutcome(text.snoozed(units(outcome.done)), outcome.refused.length)
    onDone()
  }
  const [only] = alerts
  const title = alerts.length === 1 ? `${text.snooze}: ${only!.item.name}` : text.snoozeMany(units(alerts.length))
  return (
    <FormDialog
      title={title}
      action={text.snooze}
      onClose={onClose}
      onSubmit={submit}
      isBusy={action.isBusy}
      problem={action.problem}
    >
      <SelectField<Snooze>
        label={text.snoozeUntil}
        value={snooze}
        onValue={setSnooze}
        options={SNOOZES.map((name) => [name, text.snoozes[name]] as const)}
      />
      {snooze === 'custom' && (
        <TextField
          type="datetime-local"
          label={text.at}
          required
          value={entered}
          onValue={setEntered}
          wrong={isWrong ? text.notAllowed : undefined}
        />
      )}
      <TextAreaField label={text.note} hint={text.noteHint} value={note} onValue={setNote} maxLength={2000} />
    </FormDialog>
  )
}
