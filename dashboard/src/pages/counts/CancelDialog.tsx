// Cancelling a count.
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { CountCancelDocument } from '../../gql/graphql'
import { counts } from '../../text/counts'
import { FormDialog } from '../../ui/Dialog'
import { tell } from '../../ui/Toasts'

export function CancelDialog({ id, onClose, onCancelled }: { id: string; onClose(): void; onCancelled(): void }) {
  const cancel = useAction((input: { id: string }, idempotencyKey: string) =>
    mutate(CountCancelDocument, { input: { ...input, idempotencyKey } }),
  )
  const submit = async () => {
    if (!(await cancel.run({ id }))) return
    tell(counts.cancelDone)
    onClose()
    onCancelled()
  }
  return (
    <FormDialog
      title={counts.cancel}
      action={counts.cancel}
      kind="danger"
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={cancel.isBusy}
      problem={cancel.problem}
    >
      <p>{counts.cancelHint}</p>
    </FormDialog>
  )
}
