import { Empty } from '../../ui/States'

export default function Stock() {
  return <Empty />
}
