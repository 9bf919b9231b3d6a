"""Create a draft of a purchase order."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.purchase_checks import OrderedUnits, purchase
from app.domain.purchasing.commands.supplier_checks import supplier_refusals
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder
from app.domain.purchasing.supplier import supplier_item_key, supplier_key
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.validation import (
    duplicate_errors,
    info_errors,
    line_count_errors,
    location_code_errors,
    supplier_code_errors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePurchaseOrder:
    """A draft. Its units are planned at the location: they count in the inventory position, and for nothing else.

    The unit cost is taken from the supplier's offer where it is not given.
    """

    info: CommandInfo
    supplier: str
    location: str
    lines: tuple[OrderedUnits, ...]

    def content(self) -> object:
        return (self.supplier, self.location, tuple(line.content() for line in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from supplier_code_errors(self.supplier)
        yield from location_code_errors(self.location)
        yield from line_count_errors(len(self.lines))
        for index, line in enumerate(self.lines):
            yield from line.validate(least=1, prefix=("lines", str(index)))
        yield from duplicate_errors(self._keys)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        offers = tuple(supplier_item_key(self.supplier, line.sku) for line in self.lines)
        return ReadSet(levels=self._keys, documents=(supplier_key(self.supplier), *offers))

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with all that is unknown, archived, or more than a level can hold."""
        movements = [purchase(key, planned=line.quantity) for key, line in zip(self._keys, self.lines, strict=True)]
        refusals = list(supplier_refusals(view, self.supplier, field=("supplier",)))
        for index, movement in enumerate(movements):
            try:
                error = view.stock(movement.key).refusal(movement.change)
            except InventoryError as unusable:
                at_location = unusable.field == ("location",)
                refusals.append(unusable if at_location else unusable.at("lines", str(index)))
                continue
            if error is not None:
                refusals.append(error.at("lines", str(index), "quantity"))
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an error of the location is reported once
        order = PurchaseOrder(
            id=self.info.operation_id,
            supplier=self.supplier,
            location=self.location,
            reference=self.info.reference,
            note=self.info.note,
            lines=tuple(
                PurchaseLine(
                    sku=line.sku,
                    quantity=line.quantity,
                    unit_cost=line.cost_from(view, self.supplier),
                    set_by=self.info.author,
                    set_at=view.now,
                )
                for line in self.lines
            ),
            created_at=view.now,
        )
        return Decision(lines=tuple(movements), documents=(order,))

    @property
    def _keys(self) -> tuple[LevelKey, ...]:
        return tuple(LevelKey(line.sku, self.location) for line in self.lines)
