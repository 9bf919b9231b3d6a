// How a supplier sells an item, in words beside the quantity to order.
import { useQuery } from '../api/query'
import { may } from '../api/session'
import { units } from '../format/number'
import { PickOffersDocument } from '../gql/graphql'
import { ui } from '../text/ui'

interface Offered {
  packSize: number
  minimumQuantity: number
  supplier: { code: string }
}

/** Return how a supplier sells what these offers are of; nothing where any quantity will do, or they are not known yet. */
export function saleOf(offers: readonly Offered[] | undefined, supplier: string): string | undefined {
  const offer = offers?.find(({ supplier: { code } }) => code === supplier)
  if (!offer) return offers && ui.notOffered
  if (offer.packSize > 1) return ui.packs(units(offer.packSize), units(offer.minimumQuantity))
  return offer.minimumQuantity > 1 ? ui.atLeast(units(offer.minimumQuantity)) : undefined
}

/** Return how a supplier sells an item, once both are chosen and where the viewer may read it. */
export function useSale(sku: string | undefined, supplier: string | null | undefined): string | undefined {
  const isAsked = sku !== undefined && Boolean(supplier) && may('CATALOG_READ') && may('PURCHASING_READ')
  const { data } = useQuery(PickOffersDocument, isAsked ? { sku } : null)
  return isAsked && data?.item?.sku === sku ? saleOf(data.item.offers.nodes, supplier!) : undefined
}
