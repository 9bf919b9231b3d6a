// The state of a webhook.
import type { WebhookState } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { Badge, type Tone } from '../../ui/Badge'
import type { IconName } from '../../ui/icons'

const LOOKS: Record<WebhookState, { tone: Tone; icon: IconName }> = {
  ACTIVE: { tone: 'good', icon: 'check' },
  PAUSED: { tone: 'warn', icon: 'stop' },
  GONE: { tone: 'bad', icon: 'warning' },
  DELETED: { tone: 'plain', icon: 'close' },
}

export function WebhookBadge({ state }: { state: WebhookState }) {
  return <Badge {...LOOKS[state]}>{settings.webhooks.states[state]}</Badge>
}
