// Archives an item, or restores it.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { mutate } from '../../api/request'
import { ItemArchiveDocument, type ItemFactsFragment } from '../../gql/graphql'
import { item as text } from '../../text/item'
import { FormDialog } from '../../ui/Dialog'
import { tell } from '../../ui/Toasts'
import styles from './Item.module.css'

interface ArchiveProps {
  item: ItemFactsFragment
  onClose(): void
  onDone(): void
}

export function ArchiveDialog({ item: { sku, name, isArchived }, onClose, onDone }: ArchiveProps) {
  const [windsDown, setWindsDown] = useState(false)
  const action = useAction((input: { windDown: boolean }, idempotencyKey) =>
    mutate(ItemArchiveDocument, { input: { sku, isArchived: !isArchived, ...input, idempotencyKey } }),
  )
  const submit = async () => {
    if (!(await action.run({ windDown: windsDown }))) return
    tell(isArchived ? text.restored : text.archived)
    onDone()
  }
  return (
    <FormDialog
      title={isArchived ? text.restore : text.archive}
      action={isArchived ? text.restore : text.archive}
      kind={isArchived ? 'primary' : 'danger'}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={action.isBusy}
      problem={action.problem}
    >
      <p>
        <strong>{name}</strong> <span class="muted">{sku}</span>
      </p>
      <p>{isArchived ? text.restoreHint : text.archiveHint}</p>
      {!isArchived && (
        <label class={styles.check}>
          <input type="checkbox" checked={windsDown} onChange={() => setWindsDown(!windsDown)} />
          {text.windDown}
        </label>
      )}
    </FormDialog>
  )
}
