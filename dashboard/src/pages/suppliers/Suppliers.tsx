import { Empty } from '../../ui/States'

export default function Suppliers() {
  return <Empty />
}
