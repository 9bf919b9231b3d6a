// What somebody may do, in a few words.
import { money } from '../../format/number'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import type { Granted } from './AccessFields'
import styles from './Settings.module.css'

export function AccessSummary({ roles, scopes, locations, categories, approvalLimit }: Granted) {
  const limits = [locations?.join(', '), categories?.join(', '), approvalLimit && `≤ ${money(approvalLimit)}`].filter(
    Boolean,
  )
  return (
    <>
      <span class={styles.badges}>
        {roles.map((role) => (
          <Badge key={role} tone={role === 'admin' ? 'warn' : 'plain'}>
            {role}
          </Badge>
        ))}
        {scopes.map((scope) => (
          <Badge key={scope}>{settings.scopes[scope]}</Badge>
        ))}
        {roles.length + scopes.length === 0 && '–'}
      </span>
      {limits.length > 0 && <span class={styles.sub}>{settings.access.restricted(limits.join(' · '))}</span>}
    </>
  )
}
