// What was counted on this device, and whether the server has it.
import { viewer } from '../../api/session'
import { units } from '../../format/number'
import { time } from '../../format/time'
import { counts } from '../../text/counts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Empty } from '../../ui/States'
import { EntryBadge, quantityText } from './EntryBadge'
import { type Entry, isStuck } from './entry'
import styles from './Queue.module.css'
import { discard, entries, isSurelyMissing, retry } from './queue'
import { ownEntries } from './recording'
import { sendSoon } from './sending'

const SHOWN = 200

export function Queue({ count, onCorrect }: { count: string; onCorrect?: (entry: Entry) => void }) {
  const mine = ownEntries(count)
  const rest = entries.value.filter(
    (entry) => entry.count === count && entry.actor !== viewer.value?.actor && entry.state === 'waiting',
  )
  const shown = mine.toReversed().slice(0, SHOWN)
  if (mine.length + rest.length === 0)
    return (
      <Empty icon="clock" title={counts.queueEmpty}>
        {counts.queueHint}
      </Empty>
    )
  return (
    <div class={styles.queue}>
      <div class={styles.head}>
        <p class="muted">{counts.queueHint}</p>
        <Button icon="up" onClick={() => sendSoon()} disabled={!mine.some(({ state }) => state === 'waiting')}>
          {counts.sendNow}
        </Button>
      </div>
      {rest.length > 0 && <p class={styles.note}>{counts.ofOthers(units(rest.length), rest[0]!.actor)}</p>}
      {shown.length > 0 && (
        <ul class={styles.list} aria-label={counts.tabs.queue}>
          {shown.map((entry) => (
            <li key={entry.number} class={styles.row}>
              <span class={styles.name}>
                {entry.name}
                <span class="muted">
                  {entry.sku ?? entry.barcode} ·{' '}
                  <time dateTime={new Date(entry.at).toISOString()}>{time(entry.at)}</time>
                </span>
              </span>
              <span class={styles.number}>{quantityText(entry)}</span>
              <EntryBadge entry={entry} />
              {(entry.state === 'refused' || isStuck(entry)) && (
                <Unrecorded entry={entry} {...(onCorrect && { onCorrect: () => onCorrect(entry) })} />
              )}
              {entry.state === 'waiting' && !entry.isAttempted && (
                <Button
                  kind="quiet"
                  aria-label={counts.discardIt(entry.name)}
                  onClick={() => void discard(entry.number)}
                >
                  {counts.discard}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Unrecorded({ entry, onCorrect }: { entry: Entry; onCorrect?: () => void }) {
  const isSure = isSurelyMissing(entry)
  const parts = [entry.reason, isStuck(entry) ? counts.stuck : !isSure && counts.unclear]
  return (
    <div class={styles.refused}>
      <p>{parts.filter(Boolean).join(' ')}</p>
      <div class={styles.actions}>
        {isSure && onCorrect && (
          <Button icon="edit" kind="primary" onClick={onCorrect}>
            {counts.correct}
          </Button>
        )}
        <Button onClick={() => void retry(entry.number).then(() => sendSoon())}>{counts.tryAgain}</Button>
        <Button kind="danger" onClick={() => void discard(entry.number)}>
          {counts.discard}
        </Button>
      </div>
    </div>
  )
}

/** How much waits on this device, or was refused, of one count or of all. */
export function QueueBadges({ count }: { count?: string }) {
  const mine =
    count === undefined ? entries.value.filter(({ actor }) => actor === viewer.value?.actor) : ownEntries(count)
  const waiting = mine.filter(({ state }) => state === 'waiting').length
  const refused = mine.filter(({ state }) => state === 'refused').length
  return (
    <>
      {waiting > 0 && (
        <Badge tone="warn" icon="clock">
          {counts.waitingFor(units(waiting))}
        </Badge>
      )}
      {refused > 0 && (
        <Badge tone="bad" icon="stop">
          {counts.refusedOnes(units(refused))}
        </Badge>
      )}
      {waiting + refused === 0 && mine.length > 0 && (
        <Badge tone="good" icon="check">
          {counts.allSent}
        </Badge>
      )}
    </>
  )
}
