"""The soak itself: load, faults and proofs beside each other, and the last proofs once everything has ended.

Rule: whatever ends it, what was begun is finished, and everything is compared once more.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from app.client.http.connection import Endpoint
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn
from app.client.soak.faults.injector import FaultInjector
from app.client.soak.faults.installation import SoakInstallation
from app.client.soak.faults.schedule import Fault
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.caller import SoakCaller, soak_clients
from app.client.soak.load.journal import SoakJournal
from app.client.soak.load.pacer import Pacer
from app.client.soak.load.stage import SoakShop, open_shop
from app.client.soak.load.trade import ABANDONED_SECONDS, SoakTrade
from app.client.soak.options import SoakOptions
from app.client.soak.pause import closed_within, until
from app.client.soak.proofs.health import LogWatch, MemoryWatch, readiness
from app.client.soak.proofs.ledger_audit import LedgerAudit, Levels
from app.client.soak.proofs.subscriber_proof import SubscriberProof
from app.client.soak.timeline import Timeline
from app.client.soak.watch.audience import Audience

LOOK_SECONDS = 5.0  # between two looks at memory, logs and readiness
FINISH_SECONDS = 120.0  # for what is under way in the end
EXPIRY_SECONDS = 90.0  # for the last orders to expire
LATER_SECONDS = 2.0


@dataclass(slots=True)
class SoakPlace:
    """Where it runs: the endpoints, and the installation where it is the soak's own."""

    urls: Sequence[str]
    key: str | None
    installation: SoakInstallation | None = None


class Soak:
    """One run. Its parts are public, because the report reads them."""

    def __init__(
        self, place: SoakPlace, options: SoakOptions, faults: Sequence[Fault], *, say: Callable[[str], None]
    ) -> None:
        self.run_name = f"SK{int(time.time()):X}"
        self.options, self.faults = options, faults
        self.findings = Findings(say=say)
        self.timeline = Timeline()
        self.memory = MemoryWatch(self.findings, self.timeline)
        self.closing = asyncio.Event()
        self.seconds = 0.0
        self.passes = 0
        self.has_begun = self.has_ended = False
        self._place, self._say = place, say
        self._logs = LogWatch(self.findings)
        self._chance = random.Random(options.seed)  # noqa: S311 - which items are sampled
        self._before: Levels = {}

    async def run(self) -> None:
        """Run to the end, or until `closing` is set, and prove everything. Raises CannotGoOn and NotAnswered."""
        place, options, findings = self._place, self.options, self.findings
        endpoints = [Endpoint.parse(url, key=place.key) for url in place.urls]
        shop = SoakShop(self.run_name)
        with ExitStack() as stack:
            journal = stack.enter_context(SoakJournal(options.report / "journal.txt", run=self.run_name))
            clients = stack.enter_context(soak_clients(endpoints))
            [own] = stack.enter_context(soak_clients(endpoints, size=1))
            self.journal, self._shop, self._own = journal, shop, own
            await own.ask_once(Request("query SoakCheck { locations(first: 1) { nodes { code } } }", {}))
            self.caller = SoakCaller(clients, journal=journal, timeline=self.timeline, findings=findings)
            await open_shop(shop, self.caller)
            self.audit = LedgerAudit(journal, findings)
            self._proof = SubscriberProof(shop, own, findings)
            self.audience = Audience(
                shop, place.urls, key=place.key, size=options.subscribers, findings=findings, timeline=self.timeline
            )
            trade = SoakTrade(shop, self.caller, seed=options.seed, closing=self.closing)
            self.pacer = Pacer(trade.deeds(), rate=options.rate, seed=options.seed)
            async with self.audience.watching(self.caller, has_webhook=place.installation is not None):
                self.has_begun = True
                await self._under_load()
                await self._last_proofs()
        self.has_ended = True

    async def _under_load(self) -> None:
        """Run load, faults, looks and proofs beside each other until the time is over or it closes."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.pacer.run(self.closing))
            group.create_task(self._look())
            group.create_task(self._compare())
            if self._place.installation is not None:
                self.injector = FaultInjector(
                    self._place.installation,
                    self.faults,
                    writes=self.caller.writes,
                    changes=self.audience.changes,
                    findings=self.findings,
                    say=self._say,
                )
                group.create_task(self.injector.run(began, self.closing))
            await closed_within(self.closing, self.options.seconds)
            self.closing.set()
        self.seconds = time.monotonic() - began

    async def _look(self) -> None:
        """Look at memory, logs and readiness again and again."""
        while not await closed_within(self.closing, LOOK_SECONDS):
            await self._look_once()
            if self.options.stops_on_failure and not self.findings.is_good:
                self.closing.set()

    async def _look_once(self) -> None:
        installation = self._place.installation
        if installation is None:
            return
        self.memory.look(installation.pids())
        self._logs.look(installation.logs())
        asked_at = time.monotonic()
        for name, url in installation.servers.items():
            problem = await asyncio.to_thread(readiness, url)
            if not self.injector.was_calm_since(asked_at):
                return
            self.findings.check(Invariant.READY)
            if problem is not None:
                self.findings.add(Invariant.READY, f"{name}: {problem}")

    async def _compare(self) -> None:
        """Compare everything that is new again and again."""
        while not await closed_within(self.closing, self.options.audit_seconds):
            await self._compare_once()

    async def _compare_once(self) -> None:
        began = time.monotonic()
        try:
            levels = await self.audit.run(self._own, self._shop.locations)
            await self._proof.feeds_know(self.audience.feeds, levels, is_excused=lambda: not self._was_calm(began))
            if self._was_calm(began):
                await self._proof.alerts_match()
                self._webhook_knows(self._before)
        except CannotGoOn as error:
            self.findings.add(Invariant.ANSWERS, f"The proofs cannot read: {error}")
            return
        self._before = levels
        self.journal.flush()
        if self._was_calm(time.monotonic()):
            await self._reconcile(self._chance.choice((*self._shop.spread, *self._shop.thin, *self._shop.counted)))
        self.passes += 1

    def _was_calm(self, moment: float) -> bool:
        return self._place.installation is None or self.injector.was_calm_since(moment)

    def _webhook_knows(self, levels: Levels) -> None:
        """Compare with levels that were read a while ago."""
        if self._place.installation is None:
            return
        self.findings.check(Invariant.WEBHOOKS)
        if behind := self.audience.webhook.behind(levels):
            self.findings.add(Invariant.WEBHOOKS, f"{len(behind)} levels did not come, for example {behind[0]}")

    async def _reconcile(self, sku: str | None) -> None:
        installation = self._place.installation
        if installation is None:
            return
        differences = await asyncio.to_thread(installation.reconcile, sku)
        self.findings.check(Invariant.BOOKS)
        for difference in differences:
            self.findings.add(Invariant.BOOKS, difference)

    async def _last_proofs(self) -> None:
        """Wait until nothing changes any more, and compare everything."""
        self._say("Finishing what is under way, and comparing everything.")
        if not await self.pacer.finish(seconds=FINISH_SECONDS):
            self.findings.add(Invariant.ANSWERS, f"{self.journal.unanswered} operations got no answer")
        levels = await self._at_rest()
        self.audit.compare_sums()
        await self._proof.feeds_know(self.audience.feeds, levels, is_excused=lambda: False)
        await self._proof.alerts_match()
        await self._proof.alerts_are_known(self.audience.alerts)
        if self.audience.webhook.secret:
            await until(lambda: not self.audience.webhook.behind(levels), seconds=EXPIRY_SECONDS)
        self._webhook_knows(levels)
        await self._look_once()
        await self._reconcile(None)

    async def _at_rest(self) -> Levels:
        """Return the levels once no order holds a unit any more; what is left is found by the sums."""
        deadline = time.monotonic() + ABANDONED_SECONDS + EXPIRY_SECONDS
        while True:
            levels = await self.audit.run(self._own, self._shop.locations)
            held = sum(level.counts.reserved for level in levels.values())
            if not held or time.monotonic() > deadline:
                break
            await asyncio.sleep(LATER_SECONDS)
        if held:
            self.findings.add(Invariant.BOOKS, f"{held} units are still held by orders that have expired")
        return levels
