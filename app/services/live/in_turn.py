"""What comes one after the other is handled in that order, although some of it has to wait for a look-up.

Rule: nothing is handled before what came earlier. Where nothing has to wait there is no task.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from app.services.background.cancellation import raise_if_cancelled
from app.telemetry.work import start_apart

T = TypeVar("T")


class InTurn(Generic[T]):
    """Handles items at once, or in a task that ends when none waits any more."""

    def __init__(
        self,
        at_once: Callable[[T], bool],
        *,
        later: Callable[[Sequence[T]], Awaitable[None]],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """`at_once` handles an item, or returns False where it has to wait; `later` handles those that waited.

        `on_failure` is called with what either raised. Nothing is handled after that.
        """
        self._at_once = at_once
        self._later = later
        self._on_failure = on_failure
        self._waiting: list[T] = []
        self._task: asyncio.Task[None] | None = None
        self._is_over = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_waiting(self) -> bool:
        """Whether something waits for its turn, or is being looked up."""
        return self._task is not None

    def put(self, item: T) -> None:
        """Handle the item in its turn. Raises nothing: what is handed to one stream is handed to others, too."""
        if self._is_over or (self._task is None and self._is_done(item)):
            return
        self._waiting.append(item)
        if self._task is None:
            self._task = start_apart(self._work(), name="looking up in turn")

    async def settled(self) -> None:
        """Wait until nothing waits."""
        while self._task is not None and not self._is_over:
            await asyncio.wait({self._task})

    def close(self) -> None:
        """Handle nothing any more."""
        self._is_over = True
        if self._task is not None:
            self._task.cancel()

    def _is_done(self, item: T) -> bool:
        try:
            return self._at_once(item)
        except Exception as error:  # noqa: BLE001 - raised to those whose stream it is
            self._fail(error)
            return True

    def _fail(self, error: Exception) -> None:
        self._is_over = True
        self._on_failure(error)

    async def _work(self) -> None:
        try:
            while self._waiting:
                items, self._waiting = self._waiting, []
                await self._later(items)
                raise_if_cancelled()
        except Exception as error:  # noqa: BLE001 - raised to those whose stream it is
            self._fail(error)
        else:
            self._task = None
