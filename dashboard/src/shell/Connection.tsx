// Says whether the page is live: a badge that is always there, and a notice while it is not.
import { isOutdated, unsaved } from '../api/build'
import { cutSince, liveness } from '../api/connection'
import { isViewerKept, session, signInAddress, viewer } from '../api/session'
import { now } from '../format/clock'
import { timeOrDay } from '../format/time'
import { common } from '../text/common'
import { shell } from '../text/shell'
import { Button } from '../ui/Button'
import { classes } from '../ui/classes'
import { Icon } from '../ui/icons'
import styles from './Connection.module.css'

// Without its session the page is not cut off: the server is there, and waits for who signs in.
function stateNow() {
  if (session.value === 'over' || session.value === 'renewed') return session.value
  return isViewerKept.value ? 'cut' : liveness.value
}

export function ConnectionBadge() {
  const state = stateNow()
  const text = state === 'cut' ? shell.cutSince(timeOrDay(cutSince.value, now.value)) : shell.liveness[state]
  return (
    <span class={classes(styles.badge, styles[state])} role="status" data-liveness={state}>
      <span class={styles.dot} aria-hidden="true" />
      {text}
    </span>
  )
}

export function ConnectionNotice() {
  return (
    <>
      {isViewerKept.value && (
        <p class={styles.notice}>
          <Icon name="cut" /> {shell.offlineNotice(viewer.value?.name ?? '')}
        </p>
      )}
      {session.value === 'over' && (
        <p class={styles.notice}>
          <Icon name="cut" />
          <span>
            {common.sessionOver}{' '}
            <a href={signInAddress()} target="_blank" rel="noreferrer">
              {common.signIn}
            </a>
          </span>
        </p>
      )}
      {session.value === 'renewed' && (
        <p class={classes(styles.notice, styles.news)}>
          <Icon name="info" /> {shell.renewed}
        </p>
      )}
      {session.value === 'on' && liveness.value === 'cut' && (
        <p class={styles.notice}>
          <Icon name="cut" /> {shell.cutNotice(timeOrDay(cutSince.value, now.value))}
        </p>
      )}
      {isOutdated.value && unsaved.value > 0 && (
        <p class={classes(styles.notice, styles.news)}>
          <Icon name="info" /> {shell.outdated} <Button onClick={() => location.reload()}>{shell.loadNow}</Button>
        </p>
      )}
    </>
  )
}
