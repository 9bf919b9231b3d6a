// How long ago something was, with the moment as its title.
import { now } from '../format/clock'
import { ago, exactTime } from '../format/time'

export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {ago(at, now.value)}
    </time>
  )
}
