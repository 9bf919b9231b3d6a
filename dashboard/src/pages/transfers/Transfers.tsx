import { Empty } from '../../ui/States'

export default function Transfers() {
  return <Empty />
}
