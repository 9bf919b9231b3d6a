// A scanned code that is on no list of this device, and what can be done about it.
import { units } from '../../format/number'
import { counts } from '../../text/counts'
import { Button } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { Icon } from '../../ui/icons'
import styles from './Scan.module.css'
import type { Unknown } from './unknown'

export function UnknownCode({
  unknown: { code, times, isAsking, found },
  others,
  onSearch,
  onCount,
  onDiscard,
}: {
  unknown: Unknown
  /** How many other codes wait for an answer. */
  others: number
  onSearch(): void
  onCount(): void
  onDiscard(): void
}) {
  return (
    <section class={classes(styles.card, styles.unknown)} role="alert">
      <p class={styles.unknownTitle}>
        <Icon name="warning" /> {found ? counts.outside(found.name) : counts.unknown(code)}
        {times > 1 && ` · ${counts.scannedTimes(units(times))}`}
      </p>
      {others > 0 && <p class="muted">{counts.othersWait(units(others))}</p>}
      <p>{isAsking ? counts.unknownSearching : found ? counts.outsideHint : counts.unknownHint}</p>
      <div class={styles.choices}>
        <Button icon="search" kind="primary" onClick={onSearch}>
          {counts.searchIt}
        </Button>
        <Button disabled={isAsking} onClick={onCount}>
          {counts.countAnyway}
        </Button>
        <Button kind="quiet" onClick={onDiscard}>
          {counts.discard}
        </Button>
      </div>
    </section>
  )
}

/** What leads to the codes that wait for an answer, while an item is shown. */
export function UnknownOnes({ unknown, onShow }: { unknown: readonly Unknown[]; onShow(): void }) {
  if (unknown.length === 0) return null
  return (
    <button type="button" class={styles.unknownOnes} onClick={onShow}>
      <Icon name="warning" size={16} /> {counts.unknownOnes(units(unknown.length))}
    </button>
  )
}
