// The locations as tiles with their state.
import { useState } from 'preact/hooks'
import { may } from '../../api/session'
import { compact, units, worth } from '../../format/number'
import { to } from '../../shell/location'
import { common } from '../../text/common'
import { overview } from '../../text/overview'
import { Badge } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { Empty } from '../../ui/States'
import styles from './Locations.module.css'
import { type Place, worstOf } from './places'

function State({ totals }: Pick<Place, 'totals'>) {
  if (totals.levels === 0) return <Badge>{overview.nothingThere}</Badge>
  if (totals.outLevels + totals.lowLevels === 0)
    return (
      <Badge tone="good" icon="check">
        {overview.allWell}
      </Badge>
    )
  return (
    <>
      {totals.outLevels > 0 && (
        <Badge tone="bad" icon="stop">
          {overview.out(compact(totals.outLevels))}
        </Badge>
      )}
      {totals.lowLevels > 0 && (
        <Badge tone="warn" icon="warning">
          {overview.low(compact(totals.lowLevels))}
        </Badge>
      )}
    </>
  )
}

function Tile({ location, totals }: Place) {
  return (
    <a class={styles.tile} href={`${to('stock')}?location=${encodeURIComponent(location.code)}`}>
      <span class={styles.head}>
        <b class={styles.name}>{location.name}</b>
        <span class="muted">{overview.kinds[location.kind]}</span>
      </span>
      <span class={styles.figures}>
        <span class={styles.value}>{units(totals.onHand)}</span>
        <span class="visually-hidden">{common.onHand}</span>
        <span class={styles.worth}>{worth(totals.onHandValue)}</span>
      </span>
      <span class={styles.state}>
        <State totals={totals} />
      </span>
    </a>
  )
}

/** As many places as most shops have, until they are known. */
export function LocationsComing() {
  return (
    <div class={styles.tiles} role="status" aria-busy="true" aria-label={common.loading}>
      {Array.from({ length: 5 }, (_, index) => (
        <span key={index} class={classes(styles.tile, styles.coming)} />
      ))}
    </div>
  )
}

interface LocationsProps {
  places: readonly Place[]
  /** How many are shown: of more, those where most is out or low. */
  most?: number
  /** Whether nobody can ask for the others. */
  isFixed?: boolean
}

export function Locations({ places, most = 20, isFixed = false }: LocationsProps) {
  const [isAll, setAll] = useState(false)
  const all = places.filter(({ location, totals }) => !location.isArchived || totals.onHand !== 0)
  const shown = isAll ? all : worstOf(all, most)
  if (shown.length === 0) {
    return (
      <Empty icon="stock" title={overview.noLocations}>
        <p>{overview.noLocationsHint}</p>
        {may('CATALOG_WRITE') && !isFixed && (
          <ButtonLink href={to('settings', 'locations')} kind="primary">
            {overview.toSettings}
          </ButtonLink>
        )}
      </Empty>
    )
  }
  return (
    <>
      <ul class={styles.tiles}>
        {shown.map((place) => (
          <li key={place.location.id}>
            <Tile {...place} />
          </li>
        ))}
      </ul>
      {all.length > most && (
        <div class={styles.more}>
          {isFixed ? (
            <p class="muted">{overview.worstOf(units(shown.length), units(all.length))}</p>
          ) : (
            <Button kind="quiet" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
              {isAll ? overview.worst(units(most)) : overview.allLocations(units(all.length))}
            </Button>
          )}
        </div>
      )}
    </>
  )
}
