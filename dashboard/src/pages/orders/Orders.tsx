import { Empty } from '../../ui/States'

export default function Orders() {
  return <Empty />
}
