// Suppliers: all of them, or one of them.
import type { PageProps } from '../../shell/routes'
import { SupplierList } from './SupplierList'
import { SupplierPage } from './SupplierPage'

export default function Suppliers({ path }: PageProps) {
  const [code] = path
  return code === undefined ? <SupplierList /> : <SupplierPage key={code} code={code} />
}
