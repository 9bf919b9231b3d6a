import { Empty } from '../../ui/States'

export default function Wall() {
  return <Empty />
}
