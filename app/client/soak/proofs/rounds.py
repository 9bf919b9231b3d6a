"""When what is proven: health every few seconds, what is new each minute, and everything once nothing changes.

Rule: what a fault may excuse is not looked at while one is felt; the ledger is never excused.
"""

import asyncio
import random
import time

from app.client.http.retrying_client import CannotGoOn
from app.client.soak.faults.installation import NotCompared, SoakInstallation
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.trade import ABANDONED_SECONDS
from app.client.soak.parts import SoakParts
from app.client.soak.pause import until
from app.client.soak.proofs.health import LogWatch, MemoryWatch, readiness
from app.client.soak.proofs.ledger_audit import Levels
from app.client.soak.proofs.subscriber_proof import SubscriberProof

FINISH_SECONDS = 120.0  # for what is under way in the end
EXPIRY_SECONDS = 90.0  # for the last orders to expire, and the last messages of the webhook
LATER_SECONDS = 2.0


class ProofRounds:
    """The proofs over the parts of a soak. `passes` is how often everything new was compared."""

    def __init__(
        self,
        parts: SoakParts,
        installation: SoakInstallation | None,
        *,
        findings: Findings,
        memory: MemoryWatch,
        seed: int,
    ) -> None:
        self.passes = 0
        self._parts, self._installation = parts, installation
        self._findings, self._memory = findings, memory
        self._logs = LogWatch(findings)
        self._proof = SubscriberProof(parts.shop, parts.client, findings)
        self._chance = random.Random(seed)  # noqa: S311 - which items are sampled
        self._before: Levels = {}

    async def look(self) -> None:
        """Look at memory, logs and readiness."""
        if self._installation is None:
            return
        self._memory.look(self._installation.pids())
        self._logs.look(self._installation.logs())
        asked_at = time.monotonic()
        for name, url in self._installation.servers.items():
            problem = await asyncio.to_thread(readiness, url)
            if not self._was_calm(asked_at):
                return
            self._findings.check(Invariant.READY)
            if problem is not None:
                self._findings.add(Invariant.READY, f"{name}: {problem}")

    async def compare(self) -> None:
        """Compare everything that is new."""
        began, parts = time.monotonic(), self._parts
        try:
            levels = await parts.audit.run(parts.client, parts.shop.locations)
            await self._proof.feeds_know(parts.audience.feeds, levels, is_excused=lambda: not self._was_calm(began))
            if self._was_calm(began):
                await self._proof.alerts_match()
                self._webhook_knows(self._before)
        except CannotGoOn as error:
            self._findings.add(Invariant.ANSWERS, f"the proofs cannot read: {error}")
            return
        self._before = levels
        parts.journal.flush()
        if self._was_calm(time.monotonic()):
            await self._reconcile(self._chance.choice((*parts.shop.spread, *parts.shop.thin, *parts.shop.counted)))
        self.passes += 1

    async def last(self) -> None:
        """Wait until nothing changes any more, and compare everything. Raises CannotGoOn."""
        parts = self._parts
        if not await parts.pacer.finish(seconds=FINISH_SECONDS):
            self._findings.add(Invariant.ANSWERS, f"{parts.journal.unanswered} operations got no answer")
        levels = await self._at_rest()
        parts.audit.compare_sums()
        await self._proof.feeds_know(parts.audience.feeds, levels, is_excused=lambda: False)
        await self._proof.alerts_match()
        await self._proof.alerts_are_known(parts.audience.alerts)
        if parts.audience.webhook.secret:
            await until(lambda: not parts.audience.webhook.behind(levels), seconds=EXPIRY_SECONDS)
        self._webhook_knows(levels)
        await self.look()
        await self._reconcile(None, is_last=True)

    async def _at_rest(self) -> Levels:
        """Return the levels once no order holds a unit any more."""
        parts, deadline = self._parts, time.monotonic() + ABANDONED_SECONDS + EXPIRY_SECONDS
        while True:
            levels = await parts.audit.run(parts.client, parts.shop.locations)
            held = sum(level.counts.reserved for level in levels.values())
            if not held:
                return levels
            if time.monotonic() > deadline:
                self._findings.add(Invariant.BOOKS, f"{held} units are still held by orders that have expired")
                return levels
            await asyncio.sleep(LATER_SECONDS)

    def _was_calm(self, moment: float) -> bool:
        injector = self._parts.injector
        return injector is None or injector.was_calm_since(moment)

    def _webhook_knows(self, levels: Levels) -> None:
        """Compare with levels that were read a while ago."""
        if self._installation is None:
            return
        self._findings.check(Invariant.WEBHOOKS)
        if behind := self._parts.audience.webhook.behind(levels):
            self._findings.add(Invariant.WEBHOOKS, f"{len(behind)} levels did not come, for example {behind[0]}")

    async def _reconcile(self, sku: str | None, *, is_last: bool = False) -> None:
        if self._installation is None:
            return
        began = time.monotonic()
        try:
            differences = await asyncio.to_thread(self._installation.reconcile, sku)
        except NotCompared as error:
            if not (is_last or self._was_calm(began)):
                return  # a fault came meanwhile
            differences = [str(error)]
        self._findings.check(Invariant.BOOKS)
        for difference in differences:
            self._findings.add(Invariant.BOOKS, difference)
