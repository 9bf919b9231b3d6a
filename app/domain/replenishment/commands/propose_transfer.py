"""Propose a transfer of what one location needs from another that can spare it."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.order_from_supplier import open_level
from app.domain.replenishment.need import spare_units, wanted_units
from app.domain.replenishment.order_reason import OrderReason
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import Moment
from app.domain.transfers.commands.transfer_checks import proposal
from app.domain.transfers.transfer import Transfer, TransferLine
from app.domain.validation import line_count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCandidate:
    """An item that the source may spare; where a transfer `is_faster` than a purchase, it spares more."""

    sku: str
    is_faster: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeTransfer:
    """A draft, decided on the levels as they are: an item is on it if the source can spare all that is needed.

    Any process may run it at any time, and repeat it: the units of a proposal are planned, so no longer needed, and
    pledged at the source, so no longer spare.
    """

    info: CommandInfo
    source: str
    destination: str
    items: tuple[TransferCandidate, ...]
    is_review: bool = False

    def content(self) -> object:
        items = tuple((item.sku, item.is_faster) for item in self.items)
        return (self.source, self.destination, items, self.is_review)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.items))

    def read_set(self) -> ReadSet:
        places = (self.source, self.destination)
        return ReadSet(levels=tuple(LevelKey(item.sku, place) for item in self.items for place in places))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where nothing is needed, or nothing can be spared."""
        reasons = {item.sku: reason for item in self.items if (reason := self._reason(view, item)) is not None}
        if not reasons:
            raise InvalidValue(what="A proposal", rule="must have an item that is needed and can be spared")
        transfer = Transfer(
            id=self.info.operation_id,
            source=self.source,
            destination=self.destination,
            is_proposal=True,
            lines=tuple(
                TransferLine(sku=sku, quantity=reason.quantity, reason=reason) for sku, reason in reasons.items()
            ),
            created_at=view.now,
        )
        return Decision(
            lines=tuple(proposal(transfer, transfer.proposed)),
            documents=(transfer,),
        )

    def _reason(self, view: View, item: TransferCandidate) -> OrderReason | None:
        level = open_level(view, LevelKey(item.sku, self.destination))
        source = open_level(view, LevelKey(item.sku, self.source))
        if level is None or source is None:
            return None
        wanted = wanted_units(level, is_review=self.is_review, now=view.now)
        if not wanted or spare_units(source, is_faster=item.is_faster) < wanted:
            return None
        if level.refusal(LevelChange(planned=wanted, incoming=wanted)) is not None:
            return None
        return OrderReason.of(level, at=view.now, wanted=wanted, quantity=wanted)
