"""The budget that the shared subscriptions of one client are charged to.

Rule: what is delivered is charged, whether there is enough or not; then deliveries wait until half of the budget is
there again (ADR 42). What waits is resumed by one timer.
"""

import asyncio
from collections.abc import Callable

from app.web.graphql.transport.budget import MAX_EVENT_WAIT_SECONDS, BudgetOf


class Payer:
    """One client, known by the context of one of its operations."""

    __slots__ = ("__weakref__", "_budget_of", "_waiting", "context", "is_waiting")

    def __init__(self, budget_of: BudgetOf, context: object) -> None:
        self._budget_of, self.context = budget_of, context
        self._waiting: list[Callable[[], None]] = []
        self.is_waiting = False  # whether deliveries have to wait, until a timer ends

    def on_allowed(self, resume: Callable[[], None]) -> None:
        """Call back when deliveries may go on. Called where they have to wait."""
        self._waiting.append(resume)

    def charge(self, points: float) -> None:
        """Charge what was delivered."""
        budget = self._budget_of(self.context)
        if budget is None:
            return
        budget.spend(points)
        if not self.is_waiting and (wait := budget.event_wait()):
            self._wait(wait)

    def _wait(self, seconds: float) -> None:
        self.is_waiting = True
        asyncio.get_running_loop().call_later(min(seconds, MAX_EVENT_WAIT_SECONDS), self._look)

    def _look(self) -> None:
        self.is_waiting = False
        budget = self._budget_of(self.context)
        if budget is not None and (wait := budget.event_wait()):
            self._wait(wait)
            return
        waiting, self._waiting = self._waiting, []
        for resume in waiting:
            resume()
