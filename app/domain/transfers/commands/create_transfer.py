"""Create a draft of a transfer."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import (
    Archived,
    Field,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    Refused,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.transfers.transfer import Transfer, TransferLine
from app.domain.validation import duplicate_errors, info_errors, line_count_errors, location_code_errors, sku_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferUnits:
    """Requested or shipped units of one item."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTransfer:
    """A draft. It moves and reserves nothing: whether the source has the units is checked at the shipment."""

    info: CommandInfo
    source: str
    destination: str
    lines: tuple[TransferUnits, ...]

    def content(self) -> object:
        return (self.source, self.destination, tuple((line.sku, line.quantity) for line in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from location_code_errors(self.source, field=("source",))
        yield from location_code_errors(self.destination, field=("destination",))
        if self.source == self.destination:
            rule = "must be another location than the source"
            yield InvalidValue(what="The destination", rule=rule, field=("destination",))
        yield from line_count_errors(len(self.lines))
        for index, line in enumerate(self.lines):
            yield from sku_errors(line.sku, field=("lines", str(index), "sku"))
            if not 1 <= line.quantity <= MAX_QUANTITY:
                field = ("lines", str(index), "quantity")
                yield QuantityOutOfRange(quantity=line.quantity, minimum=1, field=field)
        yield from duplicate_errors(self._leaving)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        """Return what the decision needs to read; a shipment in the same batch needs the levels, too."""
        arriving = tuple(LevelKey(line.sku, self.destination) for line in self.lines)
        return ReadSet(levels=self._leaving + arriving)

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with every item and location that is unknown or archived."""
        refusals = [
            *_place_refusals(view, self.source, field=("source",)),
            *_place_refusals(view, self.destination, field=("destination",)),
            *self._item_refusals(view),
        ]
        if refusals:
            raise Refused(*refusals)
        transfer = Transfer(
            id=self.info.operation_id,
            source=self.source,
            destination=self.destination,
            reference=self.info.reference,
            lines=tuple(TransferLine(sku=line.sku, quantity=line.quantity) for line in self.lines),
            created_at=view.now,
        )
        return Decision(documents=(transfer,))

    @property
    def _leaving(self) -> tuple[LevelKey, ...]:
        return tuple(LevelKey(line.sku, self.source) for line in self.lines)

    def _item_refusals(self, view: View) -> Iterator[InventoryError]:
        for index, key in enumerate(self._leaving):
            try:
                view.stock(key)
            except InventoryError as error:
                if error.field == ("location",):
                    return  # reported for the source already; its items were not looked at
                yield error.at("lines", str(index))


def _place_refusals(view: View, code: str, *, field: Field) -> Iterator[InventoryError]:
    location = view.location(code)
    if location is None:
        yield UnknownLocation(location=code, field=field)
    elif location.is_archived:
        yield Archived(kind="location", name=code, field=field)
