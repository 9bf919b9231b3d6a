// What became of an entry, in a word.
import { viewer } from '../../api/session'
import { change, units } from '../../format/number'
import { counts } from '../../text/counts'
import { Badge, type Tone } from '../../ui/Badge'
import { Icon, type IconName } from '../../ui/icons'
import { type Entry, isStuck } from './entry'

const LOOKS: Record<keyof typeof counts.entryStates, { tone: Tone; icon: IconName }> = {
  waiting: { tone: 'warn', icon: 'clock' },
  sending: { tone: 'info', icon: 'up' },
  stuck: { tone: 'bad', icon: 'warning' },
  sent: { tone: 'good', icon: 'check' },
  refused: { tone: 'bad', icon: 'stop' },
}

/** `+3`, or `= 7` where it replaces what was counted before. */
export const quantityText = ({ startsOver, quantity }: Entry): string =>
  startsOver ? counts.setUnits(units(quantity)) : change(quantity)

export function EntryBadge({ entry, isQuiet = false }: { entry: Entry; isQuiet?: boolean }) {
  const isBeingSent = entry.state === 'waiting' && entry.isAttempted && entry.actor === viewer.value?.actor
  const state = isStuck(entry) ? 'stuck' : isBeingSent ? 'sending' : entry.state
  const look = LOOKS[state]
  if (isQuiet && state === 'sent')
    return (
      <span class="muted" role="img" aria-label={counts.entryStates.sent}>
        <Icon name="check" size={14} />
      </span>
    )
  return <Badge {...look}>{counts.entryStates[state]}</Badge>
}
