// The totals: units, and what they are worth.
import { share, units, worth } from '../../format/number'
import type { OverviewTotalsFragment } from '../../gql/graphql'
import { overview } from '../../text/overview'
import { Icon, type IconName } from '../../ui/icons'
import styles from './Figures.module.css'

function Figure({ icon, label, value, detail }: { icon: IconName; label: string; value: string; detail: string }) {
  return (
    <div class={styles.figure}>
      <dt class={styles.label}>
        <Icon name={icon} size={16} /> {label}
      </dt>
      <dd class={styles.value}>{value}</dd>
      <dd class={styles.detail}>{detail}</dd>
    </div>
  )
}

export function Figures({ totals }: { totals: OverviewTotalsFragment }) {
  const { onHand, available, reserved, incoming } = totals
  return (
    <dl class={styles.figures}>
      <Figure
        icon="stock"
        label={overview.onHand}
        value={units(onHand)}
        detail={overview.worth(worth(totals.onHandValue))}
      />
      <Figure
        icon="check"
        label={overview.available}
        value={units(available)}
        detail={overview.ofOnHand(share(onHand > 0 ? available / onHand : 0))}
      />
      <Figure
        icon="reservations"
        label={overview.reserved}
        value={units(reserved)}
        detail={overview.worth(worth(totals.reservedValue))}
      />
      <Figure
        icon="suppliers"
        label={overview.incoming}
        value={units(incoming)}
        detail={overview.worth(worth(totals.incomingValue))}
      />
    </dl>
  )
}
