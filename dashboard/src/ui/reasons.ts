// Why a line was ordered, in numbers that explain each other.
import { units } from '../format/number'
import type { ReasonStepsFragment } from '../gql/graphql'
import { reasons as text } from '../text/reasons'
import { states } from '../text/states'

export type Reason = ReasonStepsFragment

/** Return the steps from the position to the quantity: what each is called, its number, and how it came about. */
export function stepsOf(reason: Reason): { name: string; value: string; hint?: string }[] {
  return [
    { name: text.method, value: states.methods[reason.method] },
    {
      name: text.position,
      value: units(reason.position),
      hint: text.positionIs(units(reason.available), units(reason.incoming), units(reason.planned)),
    },
    { name: text.trigger, value: units(reason.reorderPoint) },
    ...(reason.safetyStock > 0 ? [{ name: text.safety, value: units(reason.safetyStock) }] : []),
    ...(reason.targetLevel != null ? [{ name: text.target, value: units(reason.targetLevel) }] : []),
    ...(reason.orderQuantity != null ? [{ name: text.fixed, value: units(reason.orderQuantity) }] : []),
    { name: text.wanted, value: units(reason.wanted) },
    {
      name: text.rounded,
      value: units(reason.quantity),
      ...(reason.quantity === reason.wanted
        ? {}
        : { hint: text.roundedTo(units(reason.packSize), units(reason.minimumQuantity)) }),
    },
  ]
}
