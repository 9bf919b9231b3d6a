"""What has waited to be sent is judged again: its item may have become invisible meanwhile.

Rule: nothing is sent of an item that has been invisible for longer than VisibleItems trusts, however long it waited.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from app.services.access.visible_items import VisibleItems
from app.services.live.patient_read import when_available
from app.services.live.stream import Event

E = TypeVar("E", bound=Event)
T = TypeVar("T")


class StillVisible(Generic[E]):
    """Judges the events of one visibility; all are visible where `visible` is None. `sku_of` tells an event's item."""

    __slots__ = ("_sku_of", "_visible")

    def __init__(self, visible: VisibleItems | None, *, sku_of: Callable[[E], str | None]) -> None:
        self._visible, self._sku_of = visible, sku_of

    def among(self, events: Sequence[E]) -> Sequence[E] | Awaitable[Sequence[E]]:
        """Return those that are visible, at once where nothing has to be looked up."""
        visible = self._visible
        if visible is None:
            return events
        verdicts = {sku: visible.verdict(sku) for event in events if (sku := self._sku_of(event)) is not None}
        if None in verdicts.values():
            return _Later(partial(self._looked_up, events, visible, set(verdicts)))
        return self._kept(events, {sku for sku, is_visible in verdicts.items() if not is_visible})

    async def _looked_up(self, events: Sequence[E], visible: VisibleItems, skus: set[str]) -> Sequence[E]:
        seen = await when_available(partial(visible.lately_among, skus))
        return self._kept(events, skus.difference(seen))

    def _kept(self, events: Sequence[E], hidden: set[str]) -> Sequence[E]:
        return [event for event in events if self._sku_of(event) not in hidden] if hidden else events


class _Later(Awaitable[T]):
    """What begins when it is awaited, and need not be."""

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._begin = begin

    def __await__(self) -> Generator[Any, Any, T]:
        return self._begin().__await__()
