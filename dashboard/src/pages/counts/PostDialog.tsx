// Posting a count: what it does, and what became of it.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import { refusalOf } from '../../api/problem'
import { request } from '../../api/request'
import { may, viewer } from '../../api/session'
import { units } from '../../format/number'
import {
  CountPostDocument,
  type CountPostMutation,
  CountPostWithoutOrdersDocument,
  type CountPostWithoutOrdersMutation,
  type CountReviewQuery,
  type UncountedRule,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { counts } from '../../text/counts'
import { Button } from '../../ui/Button'
import { Dialog, FormDialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/Field'
import { tell } from '../../ui/Toasts'
import styles from './Dialogs.module.css'
import type { Book } from './kept'
import { entries } from './queue'

type Count = NonNullable<CountReviewQuery['count']>
type Posted = CountPostWithoutOrdersMutation['countPost'] &
  Partial<Pick<CountPostMutation['countPost'], 'shortReservations'>>

const RULES = Object.entries(counts.uncountedRules) as [UncountedRule, string][]

export function PostDialog({
  book,
  count,
  onClose,
  onPosted,
}: {
  book: Book
  count: Count
  onClose(): void
  onPosted(): void
}) {
  const [uncounted, setUncounted] = useState<UncountedRule>(count.uncountedRule ?? 'IGNORE')
  const [done, setDone] = useState<Posted>()
  const post = useAction(async (input: { id: string; uncounted: UncountedRule }, idempotencyKey: string) => {
    const variables = { input: { ...input, idempotencyKey } }
    const { countPost }: { countPost: Posted } = await (may('ORDERS_READ')
      ? request(CountPostDocument, variables)
      : request(CountPostWithoutOrdersDocument, variables))
    if (countPost.userErrors.length > 0 && countPost.count?.state !== 'POSTING') throw refusalOf(countPost.userErrors)
    return countPost
  })
  const waiting = entries.value.filter((entry) => entry.count === book.id && entry.state === 'waiting')
  const own = waiting.filter(({ actor }) => actor === viewer.value?.actor).length
  const others = waiting.length - own // who posts cannot send them, nor wait for a person who never comes back
  const submit = async () => {
    const posted = await post.run({ id: count.id, uncounted })
    if (!posted) return
    onPosted()
    if (posted.userErrors.length === 0 && (posted.shortReservations?.nodes.length ?? 0) === 0) {
      tell(counts.postDone)
      onClose()
    } else setDone(posted)
  }
  if (done) return <Outcome posted={done} onClose={onClose} />
  const { summary, state } = count
  const rest = summary.uncounted ?? 0
  return (
    <FormDialog
      title={counts.postIt}
      action={counts.post}
      onClose={onClose}
      onSubmit={() => void submit()}
      isBusy={post.isBusy}
      problem={post.problem}
      isDisabled={own > 0}
    >
      <p>
        {summary.surplusUnits === null || summary.surplusUnits === undefined
          ? counts.postBlindHint
          : counts.postHint(units(summary.surplusUnits), units(summary.missingUnits ?? 0))}
      </p>
      <p class="muted">{counts.sinceHint}</p>
      {state === 'OPEN' && rest > 0 && (
        <SelectField
          label={`${counts.uncountedRule} (${units(rest)})`}
          value={uncounted}
          options={RULES}
          onValue={(value) => setUncounted(value)}
          {...(uncounted === 'ZERO' && { wrong: counts.uncountedWarning(units(rest)) })}
        />
      )}
      {own > 0 && (
        <p class={styles.warning} role="alert">
          {counts.postWaits(units(own))}
        </p>
      )}
      {others > 0 && (
        <p class={styles.warning} role="alert">
          {counts.postWithout(units(others))}
        </p>
      )}
    </FormDialog>
  )
}

function Outcome({ posted: { userErrors, shortReservations }, onClose }: { posted: Posted; onClose(): void }) {
  const short = shortReservations?.nodes ?? []
  return (
    <Dialog title={userErrors.length > 0 ? counts.states.POSTING : counts.postDone} onClose={onClose}>
      <div class={styles.body}>
        {userErrors.length > 0 && <p class={styles.warning}>{counts.postPartly}</p>}
        {userErrors.length > 0 && (
          <ul class={styles.list}>
            {userErrors.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        )}
        {short.length > 0 && <p>{counts.short(units(short.length))}</p>}
        {short.length > 0 && (
          <ul class={styles.list}>
            {short.map(({ id, reference, shortUnits }) => (
              <li key={id}>{counts.shortUnits(reference ?? id, units(shortUnits))}</li>
            ))}
          </ul>
        )}
        <Button kind="primary" onClick={onClose}>
          {common.close}
        </Button>
      </div>
    </Dialog>
  )
}
