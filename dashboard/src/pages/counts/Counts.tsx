// Counting: the list of counts, or one of them.
import type { PageProps } from '../../shell/routes'
import { CountPage } from './CountPage'
import { CountsList } from './CountsList'
import { startSending } from './sending'

startSending()

export default function Counts({ path }: PageProps) {
  const [id] = path
  return id === undefined ? <CountsList /> : <CountPage key={id} id={id} />
}
