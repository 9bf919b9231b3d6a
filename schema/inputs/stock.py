"""Changes of levels as clients send them."""

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
    "True: goods that were sold have left, although the record has fewer. Needed where the location's "
    "`oversellPolicy` is ASK, without effect elsewhere."
)


@strawberry.input(description="Adds units to a level, or removes them.")
class StockAdjustInput(MutationInput):
    """See AdjustStock."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    delta: int = strawberry.field(
        description="Units to add; below zero, units to remove: never more than are available, and for the reasons "
        "COUNT, DAMAGED and LOST never more than are on hand. For SALE the location's `oversellPolicy` decides. Not "
        "zero."
    )
    reason: MovementReason = strawberry.field(description="Why the units move.")
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)


@strawberry.input(
    description="Sets the units on hand of a level to what is there, whatever was promised of it: see `shortfall`. Say "
    "what you believe of it with exactly one of `expectedOnHand`, `expectedVersion` or `force: true`; a level that is "
    "different refuses."
)
class StockSetInput(MutationInput):
    """See SetStock."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="The units that are on hand.")
    reason: MovementReason = strawberry.field(default=MovementReason.COUNT, description="Why the count is set.")
    expected_on_hand: int | None = strawberry.field(
        default=None, description="The units on hand that you believe are recorded; 0 where there is no level yet."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version of the level that you have seen; 0 where there is no level yet."
    )
    force: bool = strawberry.field(
        default=False,
        description="Sets the count whatever is recorded. With an `occurredAt` before the last change of the level it "
        "is refused, for it would take that back: `countRecord` takes a count of then.",
    )


@strawberry.input(description="One line of a bulk change.")
class StockAdjustLineInput:
    """See Adjustment."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    delta: int = strawberry.field(
        description="Units to add; below zero, units to remove: never more than are available, and for the reasons "
        "COUNT, DAMAGED and LOST never more than are on hand. Not zero."
    )
    reason: MovementReason = strawberry.field(description="Why the units move.")


@strawberry.input(description="Adds units to many levels, or removes them.")
class StockAdjustManyInput(MutationInput):
    """See AdjustMany."""

    lines: list[StockAdjustLineInput] = strawberry.field(description="1 to 1,000 lines, each of another level.")
    atomic: bool = strawberry.field(
        default=True, description="True: all lines or none. False: each line stands or falls alone."
    )
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)

    def adjustments(self) -> list[Adjustment]:
        """Convert."""
        return [
            Adjustment(key=LevelKey(line.sku, line.location), delta=line.delta, reason=line.reason)
            for line in self.lines
        ]


@strawberry.input(
    description="One line of a bulk count. Say what you believe of the level with exactly one of `expectedOnHand`, "
    "`expectedVersion` or `force: true`; a level that is different refuses."
)
class StockSetLineInput:
    """See StockSetting."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="The units that are on hand.")
    reason: MovementReason = strawberry.field(default=MovementReason.COUNT, description="Why the count is set.")
    expected_on_hand: int | None = strawberry.field(
        default=None, description="The units on hand that you believe are recorded; 0 where there is no level yet."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version of the level that you have seen; 0 where there is no level yet."
    )
    force: bool = strawberry.field(
        default=False,
        description="Sets the count whatever is recorded. With an `occurredAt` before the last change of the level it "
        "is refused, for it would take that back: `countRecord` takes a count of then.",
    )
    reorder_point: int | None = strawberry.field(
        default=None, description="In units: at or below it, available stock is LOW. Left as it is where not given."
    )
    backorder_limit: int | None = strawberry.field(
        default=None,
        description="In units: how many may be promised beyond what is on hand. Left as it is where not given.",
    )
    method: ReplenishmentMethod | None = strawberry.field(
        default=None,
        description="The replenishment method: when to order automatically, and how much. Left as it is where not "
        "given.",
    )
    target_level: int | None = strawberry.field(
        default=None, description="In units: MIN_MAX and PERIODIC order up to it. Left as it is where not given."
    )
    safety_stock: int | None = strawberry.field(
        default=None,
        description="In units: kept for emergencies; JUST_IN_TIME orders it besides. Left as it is where not given.",
    )
    order_quantity: int | None = strawberry.field(
        default=None,
        description="In units, at least 1: what FIXED_QUANTITY orders, or a multiple. Left as it is where not given.",
    )
    only_if_different: bool = strawberry.field(
        default=False,
        description="True: a level that is like that already, whatever its version, is left alone, and the line "
        "answers NOTHING_TO_CHANGE; only so may `quantity` be below zero, as a level is that is `oversold`. False: a "
        "movement of zero units confirms it.",
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
    """See SetMany."""

    lines: list[StockSetLineInput] = strawberry.field(description="1 to 1,000 lines, each of another level.")
    atomic: bool = strawberry.field(
        default=True, description="True: all lines or none. False: each line stands or falls alone."
    )

    def settings(self) -> list[StockSetting]:
        """Convert."""
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
    """See SaleLine."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units sold; below zero, units that came back. Not zero.")


@strawberry.input(description="Records a receipt or an invoice of one location, all lines or none.")
class SaleRecordInput(MutationInput):
    """See RecordSale."""

    location: str = strawberry.field(description=LOCATION)
    lines: list[SaleLineInput] = strawberry.field(
        description="1 to 1,000 lines. An item may stand on several, as tills print one per scan: they count together."
    )
    channel: str | None = strawberry.field(
        default=None, description="Where it was sold, for example `web`; 1 to 64 printable characters."
    )
    return_of: str | None = strawberry.field(
        default=None,
        description="The `reference` of the sale that the units were bought in which came back: no more of an item "
        "comes back than was sold under it, at whichever location. Only returns that name their sale count. 1 to 255 "
        "printable characters.",
    )
    confirm_oversell: bool = strawberry.field(default=False, description=CONFIRM_OVERSELL)

    def sale_lines(self) -> list[SaleLine]:
        """Convert."""
        return [SaleLine(sku=line.sku, quantity=line.quantity) for line in self.lines]


@strawberry.input(
    description="Makes units of a level unavailable for a reason, available again, or unavailable for another reason."
)
class StockReclassifyInput(MutationInput):
    """See ReclassifyStock."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="Units that change, at least 1.")
    source: UnavailableReason | None = strawberry.field(
        default=None, name="from", description="Why they are unavailable now; null where they are available."
    )
    target: UnavailableReason | None = strawberry.field(
        default=None, name="to", description="Why they become unavailable; null where they become available."
    )


@strawberry.input(description="Gives up units of a level that are unavailable: they are on hand no more.")
class StockWriteOffInput(MutationInput):
    """See WriteOffStock."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    quantity: int = strawberry.field(description="Units that are given up, at least 1.")
    reason: UnavailableReason = strawberry.field(description="Why they are unavailable.")


@strawberry.input(
    description="Sets what one level is measured against, replenished by, and what it may promise; at least one of "
    "them. A setting of its policy that is null is no longer its own, and inherited again; what is left out stays as "
    "it is."
)
class StockLevelConfigureInput(MutationInput, PolicySettingsInput):
    """See ConfigureLevel."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    backorder_limit: int | None = strawberry.field(
        default=None, description="In units: how many may be promised beyond what is on hand; 0 for none."
    )
