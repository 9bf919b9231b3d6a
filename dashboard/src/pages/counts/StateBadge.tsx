// A count in a few words: its state, and what it covers.
import { units } from '../../format/number'
import type { CountHeadFragment } from '../../gql/graphql'
import { counts } from '../../text/counts'
import { Badge, type Tone } from '../../ui/Badge'
import type { IconName } from '../../ui/icons'

const LOOKS: Record<CountHeadFragment['state'], { tone: Tone; icon: IconName }> = {
  OPEN: { tone: 'info', icon: 'edit' },
  POSTING: { tone: 'warn', icon: 'warning' },
  POSTED: { tone: 'good', icon: 'check' },
  CANCELLED: { tone: 'plain', icon: 'close' },
}

export function StateBadge({ count: { state, isBlind } }: { count: CountHeadFragment }) {
  return (
    <>
      <Badge {...LOOKS[state]}>{counts.states[state]}</Badge>
      {isBlind && <Badge icon="cut">{counts.blind}</Badge>}
    </>
  )
}

/** What a count covers: a category, tags, chosen items, or everything. */
export function scopeText({ scope: { category, skus, tags } }: CountHeadFragment): string {
  const parts = [category, skus && counts.scopeSkus(units(skus.length)), ...tags.map((tag) => `#${tag}`)].filter(
    Boolean,
  )
  return parts.length > 0 ? parts.join(' · ') : counts.scopeAll
}
