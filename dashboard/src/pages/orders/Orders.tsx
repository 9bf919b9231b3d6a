// Purchase orders: all of them by state, or one of them.
import type { PageProps } from '../../shell/routes'
import { OrderList } from './OrderList'
import { OrderPage } from './OrderPage'

export default function Orders({ path }: PageProps) {
  const [id] = path
  return id === undefined ? <OrderList /> : <OrderPage key={id} id={id} />
}
