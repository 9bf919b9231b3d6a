import { Empty } from '../../ui/States'

export default function Insight() {
  return <Empty />
}
