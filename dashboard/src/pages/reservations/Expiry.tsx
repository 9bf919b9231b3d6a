// When a reservation gives its units back.
import { now } from '../../format/clock'
import { reservations as text } from '../../text/reservations'
import { Ago } from '../../ui/Ago'
import { Badge } from '../../ui/Badge'

const SOON = 5 * 60_000

/** In how long it expires, marked where that is soon. */
export function Expiry({ at }: { at: string }) {
  const isSoon = new Date(at).getTime() - now.value < SOON
  const inWords = (
    <>
      {text.expires} <Ago at={at} />
    </>
  )
  return isSoon ? (
    <Badge tone="warn" icon="clock">
      {inWords}
    </Badge>
  ) : (
    <span>{inWords}</span>
  )
}
