"""How commands say that somebody decided with them what is not to be ordered."""

from dataclasses import dataclass, replace

from app.domain.command import Line, View
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.order_from_supplier import open_level
from app.domain.replenishment.declined import Declined, DeclineReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """What somebody leaves on an order or a transfer, whose levels may need more than that."""

    view: View
    info: CommandInfo
    order: str | None = None
    transfer: str | None = None

    def declined(self, line: Line, reason: DeclineReason, *, quantity: int) -> Line:
        """Return the change of a level, with what is declined where it leaves less than the policy asks for.

        `quantity` units are left. What happens by itself declines nothing, and until when somebody wants nothing
        ordered outlasts what is decided without such a time.
        """
        level = open_level(self.view, line.key) if self.info.is_by_person else None
        if level is None or (level.declined is not None and level.declined.is_timed):
            return line
        decision = Declined(
            reason=reason,
            by=self.info.actor,
            at=self.view.now,
            order=self.order,
            transfer=self.transfer,
            quantity=quantity,
            note=self.info.note,
        )
        after = level.changed(line.change, at=self.view.now)
        begun = decision.begun(after.policy, position=after.position, reorder_point=after.reorder_point)
        return line if begun is None else replace(line, change=replace(line.change, declined=begun))
