// A dialog that does something to levels, one or many: what is filled in, how far it is, and what was refused.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { units } from '../../format/number'
import { common } from '../../text/common'
import { levels as text } from '../../text/levels'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import dialogs from '../../ui/Dialog.module.css'
import { Failed } from '../../ui/States'
import { tell } from '../../ui/Toasts'
import styles from './Actions.module.css'
import { Bulk, type Refusal, type Task } from './bulk'
import type { Target } from './tasks'

const NAMED = 3
const REFUSED_SHOWN = 100

export interface ActionProps<T extends Target> {
  targets: readonly T[]
  onClose(): void
}

interface ActionDialogProps<T extends Target> extends ActionProps<T> {
  title: string
  action: string
  kind?: 'primary' | 'danger'
  /** What is to be done to these targets, or undefined where something is still to be filled in. */
  tasks(targets: readonly T[]): Task<T>[] | undefined
  done: (count: string) => string
  children: ComponentChildren
}

/** Ask for what is filled in, do it to all targets, and tell of which it was refused: these may be tried again. */
export function ActionDialog<T extends Target>(props: ActionDialogProps<T>) {
  const { title, action, kind = 'primary', targets, tasks, done, onClose, children } = props
  const [open, setOpen] = useState(targets)
  const [bulk, setBulk] = useState<Bulk<T>>()
  const [isBusy, setBusy] = useState(false)
  const [, setTurn] = useState(0)
  const runs = useRef(false)
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])

  const isStopped = !isBusy && bulk?.isUnanswered === true
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const now = isStopped && bulk ? bulk : new Bulk(tasks(open) ?? [])
    if (runs.current || now.total === 0) return
    runs.current = true
    stop.current = new AbortController()
    setBulk(now)
    setBusy(true)
    await now.run(() => setTurn((turn) => turn + 1), stop.current.signal)
    runs.current = false
    setBusy(false)
    if (now.isUnanswered) return
    if (now.done > 0) tell(done(units(now.done)))
    if (now.refused.length === 0) onClose()
    else setOpen(now.refused.map(({ target }) => target))
  }
  const label = isStopped ? text.goOn : bulk?.refused.length ? common.retry : action
  return (
    <Dialog title={title} onClose={onClose} isWide={targets.length > 1}>
      <form onSubmit={submit}>
        <div class={dialogs.body}>
          <Targets targets={open} />
          <fieldset class={styles.fields} disabled={isBusy || isStopped}>
            {children}
          </fieldset>
          {bulk && (isBusy || isStopped) && bulk.total > 1 && <Progress bulk={bulk} />}
          {bulk && !isBusy && <Refused refused={bulk.refused} isOne={bulk.total === 1} />}
          {isStopped && bulk.problem && (
            <>
              <Failed problem={bulk.problem} />
              <p class="muted">{common.unanswered}</p>
            </>
          )}
        </div>
        <div class={dialogs.foot}>
          {isBusy && open.length > 1 ? (
            <Button onClick={() => stop.current.abort()}>{text.stop}</Button>
          ) : (
            <Button onClick={onClose}>{bulk && bulk.done > 0 ? common.close : common.cancel}</Button>
          )}
          <Button type="submit" kind={kind} isBusy={isBusy} disabled={!isStopped && tasks(open) === undefined}>
            {label}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Targets({ targets }: { targets: readonly Target[] }) {
  const [only] = targets
  if (targets.length === 1 && only) {
    return (
      <p class={styles.targets}>
        <strong>{only.item.name}</strong>{' '}
        <span class="muted">
          {only.item.sku} · {only.location.code}
        </span>
      </p>
    )
  }
  const named = targets.slice(0, NAMED).map(({ item, location }) => `${item.name} (${location.code})`)
  const more = targets.length - NAMED
  return (
    <p class={styles.targets}>
      <strong>{text.levels(units(targets.length))}</strong>{' '}
      <span class="muted">{more > 0 ? text.andMore(named.join(', '), units(more)) : named.join(', ')}</span>
    </p>
  )
}

function Progress({ bulk }: { bulk: { done: number; refused: readonly unknown[]; total: number } }) {
  const made = bulk.done + bulk.refused.length
  return (
    <div class={styles.progress}>
      <progress value={made} max={bulk.total} aria-label={text.progress} />
      <span>{common.of(units(made), units(bulk.total))}</span>
    </div>
  )
}

function Refused({ refused, isOne }: { refused: readonly Refusal<Target>[]; isOne: boolean }) {
  const [first] = refused
  if (!first) return null
  if (isOne) {
    return (
      <p class={styles.wrong} role="alert">
        {first.message}
      </p>
    )
  }
  return (
    <div class={styles.refused} role="alert">
      <p>{text.refused(units(refused.length))}</p>
      <ul>
        {refused.slice(0, REFUSED_SHOWN).map(({ target, message }) => (
          <li key={target.id}>
            <span>
              {target.item.sku} · {target.location.code}
            </span>{' '}
            {message}
          </li>
        ))}
        {refused.length > REFUSED_SHOWN && <li>…</li>}
      </ul>
    </div>
  )
}
