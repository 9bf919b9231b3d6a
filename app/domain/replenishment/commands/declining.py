"""Declining by commands about orders and transfers: the user leaves less than the policy needs."""

from dataclasses import dataclass

from msgspec import structs

from app.domain.command import Line, View
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.order_from_supplier import open_level
from app.domain.replenishment.declined import Declined, DeclineReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """The units that a user leaves on an order or transfer, whose levels may need more."""

    view: View
    info: CommandInfo
    order: str | None = None
    transfer: str | None = None

    def declined(self, line: Line, reason: DeclineReason, *, quantity: int) -> Line:
        """Return the change of a level, with the need declined where fewer units are left than the policy needs.

        `quantity` units are left. Automatic operations decline nothing, and a decision without an end does not replace
        one with an end.
        """
        level = open_level(self.view, line.key) if self.info.is_by_person else None
        if level is None or (level.declined is not None and level.declined.is_timed):
            return line
        decision = Declined(
            reason=reason,
            by=self.info.author,
            at=self.view.now,
            order=self.order,
            transfer=self.transfer,
            quantity=quantity,
            note=self.info.note,
        )
        after = level.changed(line.change, at=self.view.now)
        begun = decision.begun(after.policy, position=after.position, reorder_point=after.reorder_point)
        return line if begun is None else structs.replace(line, change=structs.replace(line.change, declined=begun))
