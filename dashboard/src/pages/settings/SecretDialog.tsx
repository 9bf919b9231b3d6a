// A secret, shown this once.
import { useState } from 'preact/hooks'
import { settings } from '../../text/settings'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Icon } from '../../ui/icons'
import styles from './Settings.module.css'

export interface Secret {
  /** Of what. */
  name: string
  /** Null where the answer that had it was lost. */
  text: string | null
}

export function SecretDialog({ secret: { name, text }, onClose }: { secret: Secret; onClose(): void }) {
  const [copied, setCopied] = useState<boolean>()
  const copy = () =>
    navigator.clipboard.writeText(text!).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <Dialog title={settings.secret.title(name)} onClose={onClose}>
      <div class={styles.secret}>
        <p class={styles.warning}>
          <Icon name="warning" size={16} /> {text === null ? settings.secret.gone : settings.secret.hint}
        </p>
        {text !== null && (
          <pre class={styles.code} tabIndex={0}>
            {text}
          </pre>
        )}
        <div class={styles.row}>
          {text !== null && (
            <Button icon={copied ? 'check' : 'export'} onClick={() => void copy()}>
              {copied === undefined
                ? settings.secret.copy
                : copied
                  ? settings.secret.copied
                  : settings.secret.notCopied}
            </Button>
          )}
          <Button kind="primary" onClick={onClose}>
            {settings.secret.done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
