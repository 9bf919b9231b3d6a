// Whether something of the settings is in use.
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'

export function StateBadge({ isActive, inactive }: { isActive: boolean; inactive: string }) {
  return isActive ? (
    <Badge tone="good" icon="check">
      {settings.active}
    </Badge>
  ) : (
    <Badge icon="stop">{inactive}</Badge>
  )
}
