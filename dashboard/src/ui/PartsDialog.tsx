// A dialog that does something with units of a document's parts: ships them, releases them, takes them back.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useAction } from '../api/action'
import { ui } from '../text/ui'
import { FormDialog } from './Dialog'
import { TextAreaField } from './Field'
import { type Part, Parts } from './Parts'
import { tell } from './Toasts'

/** A part, and how many units of it there are. */
export interface CountedPart extends Part {
  most: number
}

/** What is sent: units of parts. */
export interface Chosen<Of> {
  lines: { part: Of; quantity: number }[]
  /** Whether these are all units of all parts. */
  isAll: boolean
  note: string | null
}

/** Return the parts of which units were chosen. */
export function chosenOf<Of extends CountedPart>(
  parts: readonly Of[],
  quantities: ReadonlyMap<string, number | null>,
): Omit<Chosen<Of>, 'note'> {
  const lines = parts.map((part) => ({ part, quantity: quantities.get(part.key) ?? 0 }))
  return {
    lines: lines.filter(({ quantity }) => quantity > 0),
    isAll: lines.every(({ part, quantity }) => quantity === part.most),
  }
}

export interface DocumentDialogProps {
  onClose(): void
  onDone(): void
}

export function PartsDialog<Of extends CountedPart>({
  title,
  action,
  kind,
  hint,
  label,
  done,
  parts,
  isNoted = false,
  isDisabled = false,
  perform,
  onClose,
  onDone,
  children,
}: DocumentDialogProps & {
  title: string
  action: string
  kind?: 'primary' | 'danger'
  hint: string
  /** What the quantities are of. */
  label: string
  /** What is said when it is done. */
  done: string
  /** Undefined where they are not known: then all of them are meant. */
  parts: readonly Of[] | undefined
  /** Whether a note is asked for. */
  isNoted?: boolean
  isDisabled?: boolean
  perform(chosen: Chosen<Of>, idempotencyKey: string): Promise<unknown>
  /** What else is asked for, above the parts. */
  children?: ComponentChildren
}) {
  const [quantities, setQuantities] = useState<ReadonlyMap<string, number | null>>(
    () => new Map(parts?.map(({ key, most }) => [key, most])),
  )
  const [note, setNote] = useState('')
  const act = useAction(async (chosen: Chosen<Of>, key) => {
    await perform(chosen, key)
    return true
  })
  const chosen = chosenOf(parts ?? [], quantities)
  const send = async () => {
    if (!(await act.run({ ...chosen, note: note.trim() || null }))) return
    tell(done)
    onDone()
  }
  return (
    <FormDialog
      title={title}
      action={action}
      {...(kind ? { kind } : {})}
      onClose={onClose}
      onSubmit={send}
      isBusy={act.isBusy}
      isDisabled={isDisabled || (parts !== undefined && chosen.lines.length === 0)}
      problem={act.problem}
    >
      <p class="muted">{hint}</p>
      {children}
      {parts?.length === 0 && <p role="status">{ui.nothingLeft}</p>}
      {parts && (
        <Parts<Of>
          label={label}
          quantities={quantities}
          onQuantities={setQuantities}
          most={({ most }) => most}
          parts={parts}
        />
      )}
      {isNoted && <TextAreaField label={ui.note} value={note} onValue={setNote} maxLength={2000} />}
    </FormDialog>
  )
}
