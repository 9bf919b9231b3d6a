import { Empty } from '../../ui/States'

export default function Settings() {
  return <Empty />
}
