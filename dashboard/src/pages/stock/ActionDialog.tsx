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
import { useAskBeforeLeaving } from '../../ui/useAskBeforeLeaving'
import styles from './Actions.module.css'
import { Bulk, type Remark, type Task } from './bulk'
import type { Target } from './tasks'

const NAMED = 3
const REMARKS_SHOWN = 100

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
  /** The fields, for the targets that are still to be done. */
  children: (open: readonly T[]) => ComponentChildren
}

/** Ask for what is filled in, do it to all targets, and tell of which it was refused: these may be tried again. */
export function ActionDialog<T extends Target>(props: ActionDialogProps<T>) {
  const { title, action, kind = 'primary', targets, tasks, done, onClose, children } = props
  const [open, setOpen] = useState(targets)
  const [bulk, setBulk] = useState<Bulk<T>>()
  const [isBusy, setBusy] = useState(false)
  const [isStopping, setStopping] = useState(false)
  const [, setTurn] = useState(0)
  const runs = useRef(false)
  const isGone = useRef(false)
  const stop = useRef(new AbortController())
  useEffect(
    () => () => {
      isGone.current = true
      stop.current.abort()
    },
    [],
  )

  const isStopped = !isBusy && bulk?.isUnanswered === true
  useAskBeforeLeaving(isBusy || isStopped)

  // What runs is stopped first, and then says how far it came; whoever asks again does not wait for that.
  const close = () => {
    if (!isBusy || isStopping) return onClose()
    stop.current.abort()
    setStopping(true)
  }
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const now = isStopped && bulk ? bulk : new Bulk(tasks(open) ?? [])
    if (runs.current || now.total === 0) return
    runs.current = true
    stop.current = new AbortController()
    setBulk(now)
    setBusy(true)
    setStopping(false)
    await now.run(() => setTurn((turn) => turn + 1), stop.current.signal)
    runs.current = false
    setBusy(false)
    if (isGone.current && now.done < now.total) tell(text.ended(units(now.done), units(now.total)), 'bad')
    if (now.isUnanswered) return
    if (now.done > 0) tell(done(units(now.done)))
    if (now.refused.length + now.partly.length === 0) onClose()
    else setOpen(now.refused.map(({ target }) => target))
  }
  const isOver = bulk !== undefined && !isBusy && !isStopped && open.length === 0
  const label = isStopped ? text.goOn : bulk?.refused.length ? common.retry : action
  return (
    <Dialog title={title} onClose={close} isWide={targets.length > 1}>
      <form onSubmit={submit}>
        <div class={dialogs.body}>
          {!isOver && (
            <>
              <Targets targets={open} />
              <fieldset class={styles.fields} disabled={isBusy || isStopped}>
                {children(open)}
              </fieldset>
            </>
          )}
          {bulk && (isBusy || isStopped) && bulk.total > 1 && <Progress bulk={bulk} />}
          {isStopping && isBusy && (
            <p class="muted" role="status">
              {text.stopping}
            </p>
          )}
          {bulk && !isBusy && (
            <>
              <Remarks remarks={bulk.refused} isOne={bulk.total === 1} title={text.refused} />
              <Remarks remarks={bulk.partly} isOne={bulk.total === 1} title={text.partly} />
            </>
          )}
          {isStopped && bulk.problem && (
            <>
              <Failed problem={bulk.problem} />
              <p class="muted">{common.unanswered}</p>
            </>
          )}
        </div>
        <div class={dialogs.foot}>
          {isBusy && open.length > 1 ? (
            <Button onClick={close} disabled={isStopping}>
              {text.stop}
            </Button>
          ) : (
            <Button onClick={close}>{bulk && bulk.done > 0 ? common.close : common.cancel}</Button>
          )}
          {!isOver && (
            <Button type="submit" kind={kind} isBusy={isBusy} disabled={!isStopped && tasks(open) === undefined}>
              {label}
            </Button>
          )}
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

interface RemarksProps {
  remarks: readonly Remark<Target>[]
  isOne: boolean
  title: (count: string) => string
}

function Remarks({ remarks, isOne, title }: RemarksProps) {
  const [first] = remarks
  const box = useRef<HTMLDivElement & HTMLParagraphElement>(null)
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [remarks])
  if (!first) return null
  if (isOne) {
    return (
      <p ref={box} class={styles.wrong} role="alert">
        {first.message}
      </p>
    )
  }
  return (
    <div ref={box} class={styles.refused} role="alert">
      <p>{title(units(remarks.length))}</p>
      <ul>
        {remarks.slice(0, REMARKS_SHOWN).map(({ target, message }) => (
          <li key={target.id}>
            <span>
              {target.item.sku} · {target.location.code}
            </span>{' '}
            {message}
          </li>
        ))}
        {remarks.length > REMARKS_SHOWN && <li>…</li>}
      </ul>
    </div>
  )
}
