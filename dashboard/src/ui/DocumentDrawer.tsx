// A document beside its board: what it is, what to do next with it, and what happened to it.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Query } from '../api/query'
import { Button } from './Button'
import styles from './Cards.module.css'
import { Dialog } from './Dialog'
import type { IconName } from './icons'
import type { DocumentDialogProps } from './PartsDialog'
import { Empty, Loaded } from './States'

/** The drawer of what a query finds; says so where that is nothing. */
export function DocumentDrawer<Data, Found>({
  query,
  of,
  title,
  icon,
  notFound,
  onClose,
  children,
}: {
  query: Query<Data>
  of(data: Data): Found | null
  title: string
  icon: IconName
  notFound: string
  onClose(): void
  children(found: Found): ComponentChildren
}) {
  return (
    <Dialog title={title} onClose={onClose} isSide>
      <div class={styles.detail}>
        <Loaded query={query} lines={8}>
          {(data) => {
            const found = of(data)
            return found === null ? <Empty icon={icon} title={notFound} /> : children(found)
          }}
        </Loaded>
      </div>
    </Dialog>
  )
}

export interface DocumentAction<Doing extends string> {
  name: Doing
  label: string
  icon: IconName
  isDangerous?: boolean
}

/** What may be done next with a document, the likeliest first, as buttons; each opens its dialog. */
export function DocumentActions<Doing extends string>({
  actions,
  dialog,
  onDone,
}: {
  actions: readonly DocumentAction<Doing>[]
  dialog(doing: Doing, props: DocumentDialogProps): ComponentChildren
  onDone(): void
}) {
  const [doing, setDoing] = useState<Doing>()
  const close = () => setDoing(undefined)
  const done = () => {
    close()
    onDone()
  }
  return (
    <>
      {actions.length > 0 && (
        <div class={styles.actions}>
          {actions.map(({ name, label, icon, isDangerous }, index) => (
            <Button
              key={name}
              kind={isDangerous ? 'danger' : index === 0 ? 'primary' : 'plain'}
              icon={icon}
              onClick={() => setDoing(name)}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
      {doing && dialog(doing, { onClose: close, onDone: done })}
    </>
  )
}
