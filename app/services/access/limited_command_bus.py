"""The command bus of principals that see a part of the stock.

Rule: every command is wrapped, so that it decides on what is visible alone, and every outcome is narrowed to that.
"""

from collections.abc import Callable

from app.domain.access.limited_command import LimitedCommand
from app.domain.access.limited_outcome import limited_outcome, skus_of
from app.domain.access.visibility import Visibility
from app.domain.command import Command
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.services.access.visible_items import VisibleItems
from app.services.command_bus import C, CommandBus
from app.services.request_info import RequestInfo


class LimitedCommandBus(CommandBus):
    """A command bus over another one, which serves principals that see everything."""

    def __init__(self, bus: CommandBus, *, visibility: Visibility, items: VisibleItems) -> None:
        self._bus = bus
        self._visibility = visibility
        self._items = items

    async def run(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], Command]) -> Outcome:
        """Run the command as far as the principal sees. See CommandBus.run."""
        outcome = await self._bus.run(
            kind, request, lambda info: LimitedCommand(command=build(info), visibility=self._visibility)
        )
        if self._visibility.categories is None:
            return limited_outcome(outcome, self._visibility, shows_item=lambda _: True)
        visible = await self._items.among(skus_of(outcome))
        return limited_outcome(outcome, self._visibility, shows_item=visible.__contains__)

    def checked(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], C]) -> C:
        return self._bus.checked(kind, request, build)
