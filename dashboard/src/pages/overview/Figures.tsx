// The totals: units, and what they are worth.
import { share, units, worth } from '../../format/number'
import type { OverviewTotalsFragment } from '../../gql/graphql'
import { overview } from '../../text/overview'
import { Icon, type IconName } from '../../ui/icons'
import styles from './Figures.module.css'

interface FigureProps {
  icon: IconName
  label: string
  value: string | undefined
  detail: string | undefined
}

function Figure({ icon, label, value, detail }: FigureProps) {
  return (
    <div class={styles.figure}>
      <dt class={styles.label}>
        <Icon name={icon} size={16} /> {label}
      </dt>
      <dd class={styles.value} style={{ '--characters': value?.length ?? 0 } as never}>
        {value ?? <span class={styles.coming} />}
      </dd>
      <dd class={styles.detail}>{detail ?? <span class={styles.coming} />}</dd>
    </div>
  )
}

/** The figures, in their places also before they are known. */
export function Figures({ totals }: { totals: OverviewTotalsFragment | undefined }) {
  return (
    <dl class={styles.figures} aria-busy={totals ? undefined : 'true'}>
      <Figure
        icon="stock"
        label={overview.onHand}
        value={totals && units(totals.onHand)}
        detail={totals && overview.worth(worth(totals.onHandValue))}
      />
      <Figure
        icon="check"
        label={overview.available}
        value={totals && units(totals.available)}
        detail={totals && overview.ofOnHand(share(totals.onHand > 0 ? totals.available / totals.onHand : 0))}
      />
      <Figure
        icon="reservations"
        label={overview.reserved}
        value={totals && units(totals.reserved)}
        detail={totals && overview.worth(worth(totals.reservedValue))}
      />
      <Figure
        icon="suppliers"
        label={overview.incoming}
        value={totals && units(totals.incoming)}
        detail={totals && overview.worth(worth(totals.incomingValue))}
      />
    </dl>
  )
}
