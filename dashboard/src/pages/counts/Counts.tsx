import { Empty } from '../../ui/States'

export default function Counts() {
  return <Empty />
}
