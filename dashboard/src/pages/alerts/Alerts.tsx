import { Empty } from '../../ui/States'

export default function Alerts() {
  return <Empty />
}
