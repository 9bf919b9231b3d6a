// Why a line is there: the server's reckoning, or who set it.
import { units } from '../format/number'
import { dateTime } from '../format/time'
import { reasons as text } from '../text/reasons'
import { type Reason, stepsOf } from './reasons'
import styles from './Why.module.css'

function Steps({ reason }: { reason: Reason }) {
  return (
    <dl class={styles.steps}>
      {stepsOf(reason).map(({ name, value, hint }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {hint && <span class={styles.hint}>{hint}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The newest reason in a few words, which open into its steps and into those before it. */
export function Why({ reasons, setBy }: { reasons: readonly Reason[]; setBy?: string | null | undefined }) {
  const last = reasons.at(-1)
  const by = setBy && <span class={styles.hint}>{text.setBy(setBy)}</span>
  if (!last) return by || <span class="muted">{text.byHand}</span>
  const earlier = reasons.slice(0, -1).reverse()
  return (
    <details class={styles.why}>
      <summary>{text.reasonShort(units(last.position), units(last.reorderPoint))}</summary>
      <p class={styles.hint}>
        {text.reasonTitle}, {dateTime(last.at)}
      </p>
      <Steps reason={last} />
      {earlier.length > 0 && (
        <details>
          <summary>{text.earlier(units(earlier.length))}</summary>
          {earlier.map((reason) => (
            <div key={reason.at}>
              <p class={styles.hint}>{dateTime(reason.at)}</p>
              <Steps reason={reason} />
            </div>
          ))}
        </details>
      )}
      {by}
    </details>
  )
}
