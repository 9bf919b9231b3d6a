"""Inputs that change levels."""

import strawberry

from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from schema.enums.replenishment import ReplenishmentMethod
from schema.enums.stock import MovementReason, UnavailableReason
from schema.inputs.given import given
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput
from schema.inputs.replenishment.policy import PolicySettingsInput

CONFIRM_OVERSELL = (
    "True: confirms that more was sold than is recorded. Needed where the location's `oversellPolicy` "
    "is ASK; without effect elsewhere."
)


@strawberry.input(description="Adds units to a level or removes them.")
class StockAdjustInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    delta: int = strawberry.field(
        description="Units to add; below zero, units to remove: at most the available ones, or for the reasons COUNT, "
        "DAMAGED and LOST those on hand. For SALE the location's `oversellPolicy` decides. Not zero."
    )
    reason: MovementReason = strawberry.field(description="The reason of the movement.")
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)


@strawberry.input(
    description="Sets the units on hand of a level (compare-and-set), whatever is reserved: see `shortfall`. Give "
    "exactly one of `expectedOnHand`, `expectedVersion` or `force: true`; a level that differs is "
    "rejected as stale."
)
class StockSetInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="The new units on hand.")
    reason: MovementReason = strawberry.field(default=MovementReason.COUNT, description="The reason of the movement.")
    expected_on_hand: int | None = strawberry.field(
        default=None, description="The units on hand that must be recorded now; 0 where there is no level yet."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that the level must have now; 0 where there is no level yet."
    )
    force: bool = strawberry.field(
        default=False,
        description="Sets the units whatever is recorded. Refused with an `occurredAt` before the last change of the "
        "level, which it would undo: use `countRecord` for a count in the past.",
    )


@strawberry.input(description="One line of a bulk change.")
class StockAdjustLineInput:
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    delta: int = strawberry.field(
        description="Units to add; below zero, units to remove: at most the available ones, or for the reasons COUNT, "
        "DAMAGED and LOST those on hand. Not zero."
    )
    reason: MovementReason = strawberry.field(description="The reason of the movement.")


@strawberry.input(description="Adds units to many levels, or removes them.")
class StockAdjustManyInput(MutationInput):
    lines: list[StockAdjustLineInput] = strawberry.field(description="1 to 1,000 lines, each of another level.")
    atomic: bool = strawberry.field(
        default=True, description="True: all lines or none. False: each line succeeds or fails alone."
    )
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)

    def adjustments(self) -> list[Adjustment]:
        return [
            Adjustment(key=LevelKey(line.sku, line.location), delta=line.delta, reason=line.reason)
            for line in self.lines
        ]


@strawberry.input(
    description="One line of a bulk count. Give exactly one of `expectedOnHand`, `expectedVersion` or `force: true`; "
    "a level that differs is rejected as stale."
)
class StockSetLineInput:
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="The new units on hand.")
    reason: MovementReason = strawberry.field(default=MovementReason.COUNT, description="The reason of the movement.")
    expected_on_hand: int | None = strawberry.field(
        default=None, description="The units on hand that must be recorded now; 0 where there is no level yet."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that the level must have now; 0 where there is no level yet."
    )
    force: bool = strawberry.field(
        default=False,
        description="Sets the units whatever is recorded. Refused with an `occurredAt` before the last change of the "
        "level, which it would undo: use `countRecord` for a count in the past.",
    )
    reorder_point: int | None = strawberry.field(
        default=None, description="In units: at or below it, available stock is LOW. Unchanged where left out."
    )
    backorder_limit: int | None = strawberry.field(
        default=None,
        description="The most units that may be backordered. Unchanged where left out.",
    )
    method: ReplenishmentMethod | None = strawberry.field(
        default=None,
        description="The replenishment method: when to order automatically, and how much. Unchanged where left out.",
    )
    target_level: int | None = strawberry.field(
        default=None, description="In units: MIN_MAX and PERIODIC order up to it. Unchanged where left out."
    )
    safety_stock: int | None = strawberry.field(
        default=None,
        description="Safety stock, in units; JUST_IN_TIME orders it in addition. Unchanged where left out.",
    )
    order_quantity: int | None = strawberry.field(
        default=None,
        description="In units, at least 1: the order quantity of FIXED_QUANTITY, or a multiple. Unchanged where left "
        "out.",
    )
    only_if_different: bool = strawberry.field(
        default=False,
        description="True: a level that has these values already, whatever its version, is skipped, and the line "
        "returns NOTHING_TO_CHANGE; only then may `quantity` be below zero, as of a level that is "
        "`oversold`. False: a movement of zero units confirms it.",
    )

    def settings(self) -> SettingsChange:
        """Convert what is said besides the reorder point; most lines say nothing."""
        said = (self.method, self.target_level, self.safety_stock, self.order_quantity)
        if said == (None, None, None, None):
            return NO_CHANGE
        return SettingsChange(
            method=given(self.method),
            target_level=given(self.target_level),
            safety_stock=given(self.safety_stock),
            order_quantity=given(self.order_quantity),
        )


@strawberry.input(description="Sets the units on hand of many levels.")
class StockSetManyInput(MutationInput):
    lines: list[StockSetLineInput] = strawberry.field(description="1 to 1,000 lines, each of another level.")
    atomic: bool = strawberry.field(
        default=True, description="True: all lines or none. False: each line succeeds or fails alone."
    )

    def settings(self) -> list[StockSetting]:
        return [
            StockSetting(
                key=LevelKey(line.sku, line.location),
                quantity=line.quantity,
                reason=line.reason,
                expected_on_hand=line.expected_on_hand,
                expected_version=line.expected_version,
                is_forced=line.force,
                reorder_point=line.reorder_point,
                backorder_limit=line.backorder_limit,
                settings=line.settings(),
                only_if_different=line.only_if_different,
            )
            for line in self.lines
        ]


@strawberry.input(description="One line of a sale.")
class SaleLineInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units sold; below zero, units returned. Not zero.")


@strawberry.input(description="Records a receipt or an invoice of one location, all lines or none.")
class SaleRecordInput(MutationInput):
    location: str = strawberry.field(description=LOCATION)
    lines: list[SaleLineInput] = strawberry.field(
        description="1 to 1,000 lines. An item may be on several lines, as tills print one per scan: they are added up."
    )
    channel: str | None = strawberry.field(
        default=None, description="The sales channel, for example `web`; 1 to 64 printable characters."
    )
    return_of: str | None = strawberry.field(
        default=None,
        description="The `reference` of the original sale of the returned units: no more of an item may be returned "
        "than was sold under it, at any location. Only returns that name their sale are counted. 1 to 255 "
        "printable characters.",
    )
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)

    def sale_lines(self) -> list[SaleLine]:
        return [SaleLine(sku=line.sku, quantity=line.quantity) for line in self.lines]


@strawberry.input(
    description="Makes units of a level unavailable for a reason, available again, or unavailable for another reason."
)
class StockReclassifyInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="Units to reclassify, at least 1.")
    source: UnavailableReason | None = strawberry.field(
        default=None, name="from", description="The present reason; null for available units."
    )
    target: UnavailableReason | None = strawberry.field(
        default=None, name="to", description="The new reason; null to make them available."
    )


@strawberry.input(description="Writes off unavailable units of a level: they are no longer on hand.")
class StockWriteOffInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="Units to write off, at least 1.")
    reason: UnavailableReason = strawberry.field(description="The reason of their being unavailable.")


@strawberry.input(
    description="Sets the replenishment policy and the backorder limit of one level; at least one setting. A setting "
    "of the policy that is null is inherited again; what is left out stays unchanged."
)
class StockLevelConfigureInput(MutationInput, PolicySettingsInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    backorder_limit: int | None = strawberry.field(
        default=None, description="The most units that may be backordered; 0 for none."
    )
