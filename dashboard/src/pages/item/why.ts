// Why a policy is as it is, and what it says of now: sentences from numbers.

import { rate, share, units } from '../../format/number'
import { date } from '../../format/time'
import type { ItemPolicyQuery, PolicySetting } from '../../gql/graphql'
import { to } from '../../shell/location'
import { item as text } from '../../text/item'
import { stock } from '../../text/stock'

export type PolicyLevel = NonNullable<ItemPolicyQuery['stockLevel']>
export type Policy = PolicyLevel['policy']

/** Return the value of a setting as people read it; empty where it has none. */
export function shownOf(setting: PolicySetting, policy: Policy): string {
  const counted = (count: number | null | undefined) => (count === null || count === undefined ? '' : units(count))
  const days = (count: number | null | undefined) =>
    count === null || count === undefined ? '' : text.days(units(count))
  switch (setting) {
    case 'METHOD':
      return stock.methods[policy.method]
    case 'REORDER_POINT':
      return counted(policy.reorderPoint)
    case 'TARGET_LEVEL':
      return counted(policy.targetLevel)
    case 'ORDER_QUANTITY':
      return counted(policy.orderQuantity)
    case 'SAFETY_STOCK':
      return counted(policy.safetyStock)
    case 'REVIEW_DAYS':
      return days(policy.reviewDays)
    case 'REVIEW_START':
      return policy.reviewStart ? date(policy.reviewStart) : ''
    case 'SERVICE_LEVEL':
      return policy.serviceLevel ? share(policy.serviceLevel) : ''
    case 'OVERSTOCK_POINT':
      return counted(policy.overstockPoint)
    case 'ALERT_MARGIN':
      return counted(policy.alertMargin)
    case 'RESUPPLY_FROM':
      return policy.resupplyFrom ?? ''
    case 'TRANSFER_DAYS':
      return days(policy.transferDays)
  }
}

/** Return why nothing is ordered, or what it is measured against. */
export function standing({ policy, position }: PolicyLevel): string {
  const { method, reorderPoint, nextReview } = policy
  if (method === 'NONE') return text.why.none
  if (method === 'JUST_IN_TIME') return text.why.justInTime
  if (method === 'PERIODIC') return nextReview ? text.why.review(date(nextReview)) : text.why.noReview
  return position > reorderPoint
    ? text.why.above(units(position), units(reorderPoint))
    : text.why.below(units(position), units(reorderPoint))
}

/** Return the mean demand as people read it. */
export const demandOf = (daily: number): string => text.perDay(rate(daily))

/** Return where an item is ordered for a location, from a supplier if one offers what it lacks. */
export const orderPage = ({ sku, location }: { sku: string; location: string }, supplier?: { code: string } | null) =>
  `${to('orders')}?${new URLSearchParams({ new: '1', sku, location, ...(supplier && { supplier: supplier.code }) })}`
