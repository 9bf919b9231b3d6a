"""Lets things happen at a rate, whether the servers keep up or not.

Rule: what cannot begin in time, because too much is under way, is left out and counted, so that an outage is followed
by the usual load and not by a flood.
"""

import asyncio
import random
from collections.abc import Sequence

from app.client.soak.load.caller import NotAnswered
from app.client.soak.load.trade import SoakDeed

MAX_AT_ONCE = 100  # things under way, fewer than connections; at the usual rate there are some thirty
LATE_SECONDS = 0.5


class Pacer:
    """Begins deeds, and waits for those that are under way in the end."""

    def __init__(self, deeds: Sequence[SoakDeed], *, rate: float, seed: int) -> None:
        """`rate` is in operations per second."""
        self._deeds, self._rate = deeds, rate
        self._chance = random.Random(seed)  # noqa: S311 - a load that can be repeated, not a secret
        self._weights = [deed.weight for deed in deeds]
        self._under_way: set[asyncio.Task[None]] = set()
        self.left_out = 0

    async def run(self, closing: asyncio.Event) -> None:
        """Begin one thing after the other until it closes. Raises what a deed raised."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not closing.is_set():
            [deed] = self._chance.choices(self._deeds, self._weights)
            due += deed.operations / self._rate
            if (pause := due - loop.time()) > 0:
                await asyncio.sleep(pause)
            elif pause < -LATE_SECONDS:
                due = loop.time()
            if len(self._under_way) >= MAX_AT_ONCE:
                self.left_out += 1
            else:
                self._begin(deed)

    async def finish(self, *, seconds: float) -> bool:
        """Wait for what is under way; return whether all of it ended."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        late = set(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late

    def _begin(self, deed: SoakDeed) -> None:
        task = asyncio.create_task(_done(deed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


async def _done(deed: SoakDeed) -> None:
    try:
        await deed.run()
    except NotAnswered:
        return  # it is in the findings
