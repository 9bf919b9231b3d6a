"""The parts of a running soak, connected: load, audience, faults, and the proofs' own client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from app.client.http.connection import Endpoint, with_path
from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient
from app.client.soak.faults.injector import FaultInjector
from app.client.soak.faults.installation import SoakInstallation
from app.client.soak.faults.schedule import Fault
from app.client.soak.findings import Findings
from app.client.soak.load.caller import SoakCaller, soak_clients
from app.client.soak.load.journal import SoakJournal
from app.client.soak.load.pacer import Pacer
from app.client.soak.load.stage import SoakShop, open_shop
from app.client.soak.load.trade import SoakTrade
from app.client.soak.options import SoakOptions
from app.client.soak.proofs.ledger_audit import LedgerAudit
from app.client.soak.timeline import Timeline
from app.client.soak.watch.audience import Audience

_CHECK = "query SoakCheck { locations(first: 1) { nodes { code } } }"


@dataclass(frozen=True, slots=True)
class SoakPlace:
    """Where it runs: the endpoints, and the installation where it is the soak's own."""

    urls: Sequence[str]
    key: str | None
    installation: SoakInstallation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakParts:
    """What works together. `client` is that of the proofs; without an installation there are no faults."""

    shop: SoakShop
    client: RetryingClient
    journal: SoakJournal
    caller: SoakCaller
    audit: LedgerAudit
    audience: Audience
    pacer: Pacer
    injector: FaultInjector | None


@asynccontextmanager
async def soak_parts(
    place: SoakPlace,
    options: SoakOptions,
    faults: Sequence[Fault],
    *,
    findings: Findings,
    timeline: Timeline,
    closing: asyncio.Event,
    run: str,
    say: Callable[[str], None],
) -> AsyncIterator[SoakParts]:
    """Make the shop, let everyone watch, and yield the parts. Raises CannotGoOn and NotAnswered."""
    endpoints = [Endpoint.parse(url, key=place.key) for url in place.urls]
    shop = SoakShop(run)
    with ExitStack() as stack:
        [client] = stack.enter_context(soak_clients(endpoints, size=1))
        await client.ask_once(Request(_CHECK, {}))
        journal = stack.enter_context(SoakJournal(options.report / "journal.txt", run=run))
        clients = stack.enter_context(soak_clients(endpoints))
        caller = SoakCaller(clients, journal=journal, timeline=timeline, findings=findings)
        await open_shop(shop, caller)
        audience = Audience(
            shop,
            list(map(with_path, place.urls)),
            key=place.key,
            size=options.subscribers,
            findings=findings,
            timeline=timeline,
        )
        trade = SoakTrade(shop, caller, seed=options.seed, closing=closing)
        injector = None
        if place.installation is not None:
            injector = FaultInjector(
                place.installation,
                faults,
                writes=caller.writes,
                changes=audience.changes,
                sendings=caller.sendings,
                subscriptions_ended=audience.ends_so_far,
                findings=findings,
                say=say,
            )
        async with audience.watching(caller, has_webhook=place.installation is not None):
            yield SoakParts(
                shop=shop,
                client=client,
                journal=journal,
                caller=caller,
                audit=LedgerAudit(journal, findings),
                audience=audience,
                pacer=Pacer(trade.deeds(), rate=options.rate, seed=options.seed),
                injector=injector,
            )
