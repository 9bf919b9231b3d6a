// What happened to a document, the newest first: who did what and when, and what moved.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { change, units } from '../format/number'
import type { MovementReason } from '../gql/graphql'
import { common } from '../text/common'
import { operations as text } from '../text/operations'
import { Ago } from './Ago'
import { Badge } from './Badge'
import { Button } from './Button'
import styles from './HistoryPanel.module.css'
import { type History, type HistoryEntry, type HistoryMovement, isReversed, type Left, leftOf } from './history'
import { Panel } from './Panel'
import type { DocumentDialogProps } from './PartsDialog'
import { Loaded } from './States'

const SERVER = 'stockpulse'
const SHOWN = 4

/** What documents are for; all other reasons are worth a word. */
const USUAL: ReadonlySet<MovementReason> = new Set([
  'BACKORDER',
  'EXPIRY',
  'PURCHASE',
  'RECEIPT',
  'RELEASE',
  'RESERVATION',
  'SALE',
  'TRANSFER',
])

const nameOf = (kind: string): string => (text.kinds as Record<string, string>)[kind] ?? kind

const whoOf = ({ actor, actingUser }: HistoryEntry): string =>
  actor === SERVER ? text.server : actingUser ? `${actor} (${actingUser})` : actor

/** The quantities that a movement changed, in words: +3 on hand, −3 reserved. */
function changesOf({ delta, change: { reserved, unavailable, incoming, backordered } }: HistoryMovement): string {
  const counts = { onHand: delta, reserved, unavailable, incoming, backordered }
  return (Object.keys(counts) as (keyof typeof counts)[])
    .filter((name) => counts[name] !== 0)
    .map((name) => `${change(counts[name])} ${text.changes[name]}`)
    .join(', ')
}

export function HistoryPanel({
  history: { query, entries, total, showAll },
  children,
}: {
  history: History
  /** What may be done about an operation. */
  children?(entry: HistoryEntry): ComponentChildren
}) {
  return (
    <Panel title={text.title} hint={total > 0 && units(total)}>
      <Loaded query={query} lines={3}>
        {() =>
          entries.length === 0 ? (
            <p class="muted">{text.none}</p>
          ) : (
            <>
              <ol class={styles.entries}>
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry}>
                    {children?.(entry)}
                  </Entry>
                ))}
              </ol>
              {total > entries.length && (
                <Button kind="quiet" onClick={showAll}>
                  {text.showAll(units(total))}
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

function Entry({ entry, children }: { entry: HistoryEntry; children?: ComponentChildren }) {
  const { kind, recordedAt, note, movements } = entry
  const shown = movements?.nodes.filter((movement) => changesOf(movement) !== '').slice(0, SHOWN) ?? []
  const more = movements && movements.totalCount > SHOWN ? movements.totalCount - shown.length : 0
  return (
    <li class={styles.entry}>
      <div class={styles.what}>
        <strong>{nameOf(kind)}</strong>{' '}
        <span class={styles.who}>
          {text.by(whoOf(entry))}, <Ago at={recordedAt} />
        </span>
      </div>
      {note && <p class={styles.note}>{note}</p>}
      {shown.length > 0 && (
        <ul class={styles.moved}>
          {shown.map((movement) => (
            <li key={movement.id}>
              {movement.item.name}, {movement.location.name}: <span class={styles.counts}>{changesOf(movement)}</span>
              {!USUAL.has(movement.reason) && ` (${common.reasons[movement.reason]})`}
            </li>
          ))}
          {more > 0 && <li>{text.andMore(units(more))}</li>}
        </ul>
      )}
      {children && <div class={styles.about}>{children}</div>}
    </li>
  )
}

/** What was taken back of an operation, and the button that takes back the rest; nothing where it had no such units. */
export function Reversible({
  entry,
  entries,
  unitsOf,
  label,
  words = text,
  mayReverse,
  isNothingLeft,
  onDone,
  children,
}: {
  entry: HistoryEntry
  entries: readonly HistoryEntry[]
  /** How many units of it a movement makes: below zero one that reverses it. */
  unitsOf(movement: HistoryMovement): number
  label: string
  /** What is said of one that was reversed, wholly or in part. */
  words?: { takenBack: string; partlyTakenBack: string }
  mayReverse: boolean
  /** Whether the document says that nothing of the kind is left. */
  isNothingLeft: boolean
  onDone(): void
  /** The dialog that takes back what is left; undefined where that is not known. */
  children(left: Left[] | undefined, props: DocumentDialogProps): ComponentChildren
}) {
  const [isReversing, setReversing] = useState(false)
  const left = isNothingLeft ? [] : leftOf(entry, entries, unitsOf)
  const close = () => setReversing(false)
  const done = () => {
    close()
    onDone()
  }
  return (
    <>
      {isReversed(entry, entries) && (
        <Badge icon="undo">{left?.length === 0 ? words.takenBack : words.partlyTakenBack}</Badge>
      )}
      {mayReverse && left?.length !== 0 && (
        <Button icon="undo" onClick={() => setReversing(true)}>
          {label}
        </Button>
      )}
      {isReversing && children(left, { onClose: close, onDone: done })}
    </>
  )
}
