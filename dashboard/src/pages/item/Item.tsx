import { Empty } from '../../ui/States'

export default function Item() {
  return <Empty />
}
