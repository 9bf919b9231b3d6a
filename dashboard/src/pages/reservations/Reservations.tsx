import { Empty } from '../../ui/States'

export default function Reservations() {
  return <Empty />
}
