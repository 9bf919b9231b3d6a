"""A cache of slow answers: concurrent callers share one computation, and its result is kept for a while.

Rule: how long an answer stays fresh follows from how long it took to find, so that one question keeps the database busy
for no more than a share of the time, however often it is asked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from app.domain.failures import ServiceError
from app.services.ports import Monotonic

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

WAIT_SECONDS = 8.0  # below a load balancer's usual 10 s, so that we answer first
PATIENCE_SECONDS = 1.0  # to wait for a new answer where an old one is usable
MAX_AT_ONCE = 2  # each takes one core of the database
MAX_FLIGHTS = 20  # computations that run or wait for their turn


class _Answer(NamedTuple, Generic[V]):
    value: V
    good_until: float
    usable_until: float
    weight: int


class SingleFlightCache(Generic[K, V]):
    """Answers by question. Belongs to one event loop. An error is raised to those who wait for it, and not cached.

    `find` computes an answer; `good_for` returns for how many seconds an answer is fresh that took so many to find. For
    up to `usable_factor` times as long it is still returned where no new one is found within `patience_seconds`. The
    oldest answers are evicted while the rest weighs more than `max_weight`, by `weigh`. `not_ready` makes the error for
    an answer that is not found within so many seconds, `too_many` the error for one computation more than so many.
    """

    def __init__(
        self,
        *,
        find: Callable[[K], Awaitable[V]],
        good_for: Callable[[float], float],
        max_weight: int,
        weigh: Callable[[V], int],
        not_ready: Callable[[float], ServiceError],
        too_many: Callable[[int], ServiceError],
        name: str,
        usable_factor: int = 1,
        monotonic: Monotonic = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._find = find
        self._good_for = good_for
        self._usable_factor = usable_factor
        self._max_weight = max_weight
        self._weigh = weigh
        self._not_ready = not_ready
        self._too_many = too_many
        self._name = name
        self._monotonic = monotonic
        self._wait_seconds = wait_seconds
        self._patience_seconds = patience_seconds
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._answers: dict[K, _Answer[V]] = {}  # in the order in which they were found
        self._flights: dict[K, asyncio.Task[V]] = {}

    async def answer(self, question: K) -> V:
        """Return the answer. Raises the errors of `not_ready` and `too_many`, and what `find` raises."""
        now, old = self._monotonic(), self._answers.get(question)
        if old is not None and now < old.good_until:
            return old.value
        if old is not None and now >= old.usable_until:
            old = None
        flight = self._flights.get(question) or self._start(question)
        try:
            async with asyncio.timeout(self._patience_seconds if old else self._wait_seconds):
                return await asyncio.shield(flight)  # it is not this caller's alone
        except TimeoutError:
            if old is not None:
                return old.value
            raise self._not_ready(self._wait_seconds) from None

    async def close(self) -> None:
        """Cancel what is being computed."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _start(self, question: K) -> asyncio.Task[V]:
        if len(self._flights) >= MAX_FLIGHTS:
            raise self._too_many(MAX_FLIGHTS)
        flight = self._flights[question] = asyncio.create_task(self._run(question), name=self._name)
        flight.add_done_callback(partial(self._finish, question))
        return flight

    async def _run(self, question: K) -> V:
        async with self._turns:
            began = self._monotonic()
            value = await self._find(question)
            ended = self._monotonic()
        weight = self._weigh(value)
        self._answers.pop(question, None)
        self._forget(now=ended, room=self._max_weight - weight)
        good_for = self._good_for(ended - began)
        self._answers[question] = _Answer(value, ended + good_for, ended + self._usable_factor * good_for, weight)
        return value

    def _finish(self, question: K, flight: asyncio.Task[V]) -> None:
        del self._flights[question]
        if not flight.cancelled():
            flight.exception()  # raised to the waiting callers; without any, the loop must not warn of it

    def _forget(self, *, now: float, room: int) -> None:
        """Evict answers that are no longer usable, and the oldest ones where the rest weighs too much."""
        usable = {question: answer for question, answer in self._answers.items() if answer.usable_until > now}
        weight = sum(answer.weight for answer in usable.values())
        for question in list(usable):
            if weight > room:
                weight -= usable.pop(question).weight
        self._answers = usable
