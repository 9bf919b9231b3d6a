"""The soak itself: load, faults and proofs beside each other, and the last proofs once everything has ended.

Rule: whatever ends it, what was begun is finished, and everything is compared once more.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from app.client.soak.faults.schedule import Fault
from app.client.soak.findings import Findings
from app.client.soak.options import SoakOptions
from app.client.soak.parts import SoakParts, SoakPlace, soak_parts
from app.client.soak.pause import closed_within
from app.client.soak.proofs.health import MemoryWatch
from app.client.soak.proofs.rounds import ProofRounds
from app.client.soak.timeline import Timeline

LOOK_SECONDS = 5.0  # between two looks at memory, logs and readiness


class Soak:
    """One run, and all that its report reads. `parts` are there once the load begins."""

    def __init__(
        self, place: SoakPlace, options: SoakOptions, faults: Sequence[Fault], *, say: Callable[[str], None]
    ) -> None:
        self.options = options
        self.findings = Findings(say=say)
        self.timeline = Timeline()
        self.memory = MemoryWatch(self.findings, self.timeline)
        self.closing = asyncio.Event()
        self.parts: SoakParts | None = None
        self.seconds = 0.0
        self.passes = 0
        self.has_ended = False
        self._place, self._faults, self._say = place, faults, say

    async def run(self) -> None:
        """Run to the end, or until `closing` is set, and prove everything. Raises CannotGoOn and NotAnswered."""
        async with soak_parts(
            self._place,
            self.options,
            self._faults,
            findings=self.findings,
            timeline=self.timeline,
            closing=self.closing,
            run=f"SK{int(time.time()):X}",
            say=self._say,
        ) as parts:
            rounds = ProofRounds(
                parts,
                self._place.installation,
                findings=self.findings,
                memory=self.memory,
                seed=self.options.seed,
            )
            self.timeline.begin()
            self.findings.began = time.monotonic()
            self.parts = parts
            await self._under_load(parts, rounds)
            self._say("Finishing what is under way, and comparing everything.")
            await rounds.last()
        self.has_ended = True

    async def _under_load(self, parts: SoakParts, rounds: ProofRounds) -> None:
        """Run load, faults, looks and proofs beside each other until the time is over or it closes."""
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(parts.pacer.run(self.closing))
                group.create_task(self._look(rounds))
                group.create_task(self._compare(rounds))
                if parts.injector is not None:
                    group.create_task(parts.injector.run(began, self.closing))
                await closed_within(self.closing, self.options.seconds)
                self.closing.set()
        finally:
            self.seconds = time.monotonic() - began

    async def _look(self, rounds: ProofRounds) -> None:
        while not await closed_within(self.closing, LOOK_SECONDS):
            await rounds.look()
            if self.options.stops_on_failure and not self.findings.is_good:
                self.closing.set()

    async def _compare(self, rounds: ProofRounds) -> None:
        while not await closed_within(self.closing, self.options.audit_seconds):
            await rounds.compare()
            self.passes = rounds.passes
