"""Injects the faults of a schedule, and measures how long each was felt.

Rule: what is measured is what clients notice: the longest time without a write that is acknowledged, and without a
CHANGE at a subscriber, from the fault until the window closes.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.client.soak.faults.installation import NotMended, SoakInstallation
from app.client.soak.faults.schedule import Fault, FaultKind
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.meter import Silence
from app.client.soak.load.sendings import Sendings, SendingWatch
from app.client.soak.pause import closed_within

WINDOW_SECONDS = 60.0  # in which the longest silence is looked for, after the part is mended
WINDOW_SHARE = 0.4  # of the time to the next fault, where that is less
CALM_SECONDS = 20.0  # after which everything is expected to be as if nothing had happened


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRecord:
    """A fault that came, in seconds since the beginning, and the part that it hit; all durations are in seconds."""

    fault: Fault
    part: str
    second: float
    taken_over_after: float | None  # by another part, such as the next primary; None where none takes over
    mended_after: float
    without_write: float
    without_change: float | None  # at the subscriber that waited longest; None where there is none
    sendings: Sendings  # of the operations that were begun until the window closed
    subscriptions_ended: int  # connections of subscribers, who come back


class FaultInjector:
    """Injects; `records` are of those whose windows have closed."""

    def __init__(
        self,
        installation: SoakInstallation,
        faults: Sequence[Fault],
        *,
        writes: Silence,
        changes: Sequence[Silence],
        sendings: SendingWatch,
        subscriptions_ended: Callable[[], int],
        findings: Findings,
        say: Callable[[str], None],
    ) -> None:
        self.records: list[FaultRecord] = []
        self._installation, self._faults = installation, faults
        self._writes, self._changes, self._findings, self._say = writes, changes, findings, say
        self._sendings, self._subscriptions_ended = sendings, subscriptions_ended
        self._is_harmed, self._mended_at = False, time.monotonic()

    def was_calm_since(self, moment: float) -> bool:
        """Return whether everything was mended a while before a moment, and nothing was harmed since."""
        return not self._is_harmed and self._mended_at + CALM_SECONDS < moment

    async def run(self, began: float, closing: asyncio.Event) -> None:
        """Inject each fault when it is due, after `began` by the monotonic clock, until it closes."""
        for number, fault in enumerate(self._faults):
            if await closed_within(closing, began + fault.second - time.monotonic()):
                return
            following = self._faults[number + 1].second if number + 1 < len(self._faults) else float("inf")
            window = min(WINDOW_SECONDS, (following - fault.second) * WINDOW_SHARE)
            self.records.append(await self._inject(fault, began, closing, window_seconds=window))

    async def _inject(
        self, fault: Fault, began: float, closing: asyncio.Event, *, window_seconds: float
    ) -> FaultRecord:
        for silence in (self._writes, *self._changes):
            silence.begin()
        is_restart = fault.kind is FaultKind.RESTART
        sendings = self._sendings.begin(once_is_enough=is_restart and len(self._installation.servers) > 1)
        ended = self._subscriptions_ended()
        started, self._is_harmed = time.monotonic(), True
        try:
            part = await self._harm(fault, closing)
        except NotMended as error:
            part = "none"
            self._findings.add(Invariant.READY, f"{fault}: {error}")
        finally:
            self._is_harmed, self._mended_at = False, time.monotonic()
        mended_after = time.monotonic() - started
        await closed_within(closing, window_seconds)
        self._sendings.begin()
        record = FaultRecord(
            fault=fault,
            part=part,
            second=started - began,
            taken_over_after=self._installation.taken_over_after(),
            mended_after=mended_after,
            without_write=self._writes.seconds,
            without_change=max((each.seconds for each in self._changes), default=None),
            sendings=sendings,
            subscriptions_ended=self._subscriptions_ended() - ended,
        )
        self._say(f"{fault}: {part}; {record.without_write:.1f} s without a write")
        return record

    async def _harm(self, fault: Fault, closing: asyncio.Event) -> str:
        """Harm a part, and return its name once it does its work again."""
        of, harmed = self._installation, asyncio.to_thread
        if fault.kind is FaultKind.RESTART:
            for name in of.servers:
                self._say(f"{fault}: {name}")
                await harmed(of.restart, name)
            return "all servers"
        name = await harmed(of.find, fault.role)
        self._say(f"{fault}: {name}")
        if fault.kind is FaultKind.KILL:
            await harmed(of.kill, name)
        else:
            await harmed(of.freeze, name)
            await closed_within(closing, fault.frozen_seconds)
        await harmed(of.mend, name)
        return name
