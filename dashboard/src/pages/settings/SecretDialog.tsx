// A secret, shown this once: it is not closed by mistake.
import { useState } from 'preact/hooks'
import { settings } from '../../text/settings'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Icon } from '../../ui/icons'
import styles from './Settings.module.css'

const words = settings.secret

export interface Secret {
  /** Of what. */
  name: string
  /** Null where the answer that had it was lost. */
  text: string | null
}

export function SecretDialog({ secret: { name, text }, onClose }: { secret: Secret; onClose(): void }) {
  const [copied, setCopied] = useState<boolean>()
  const [isLeaving, setLeaving] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text!).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  const leave = () => (text === null || copied || isLeaving ? onClose() : setLeaving(true))
  return (
    <Dialog title={words.title(name)} onClose={leave}>
      <div class={styles.secret}>
        <p class={styles.warning} role={isLeaving ? 'alert' : undefined}>
          <Icon name="warning" size={16} /> {text === null ? words.gone : isLeaving ? words.leaving : words.hint}
        </p>
        {text !== null && (
          <pre class={styles.code} tabIndex={0} autofocus>
            {text}
          </pre>
        )}
        <div class={styles.row}>
          {text !== null && (
            <Button {...(copied && { icon: 'check' })} onClick={() => void copy()}>
              {copied === undefined ? words.copy : copied ? words.copied : words.notCopied}
            </Button>
          )}
          <Button kind="primary" onClick={onClose}>
            {text === null ? words.understood : words.done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
