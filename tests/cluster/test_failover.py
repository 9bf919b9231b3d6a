"""A cluster of real processes under load, each part of which fails once: nothing is lost or doubled, and all are told.

What a failure costs is measured by `stockpulse soak --cluster`: docs/operate/failover.md.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.client.http.connection import Endpoint
from app.client.soak.findings import Findings
from app.client.soak.load.caller import SoakCaller, soak_clients
from app.client.soak.load.journal import SoakJournal
from app.client.soak.load.pacer import Pacer
from app.client.soak.load.stage import SoakShop, open_shop
from app.client.soak.load.trade import SoakTrade
from app.client.soak.proofs.ledger_audit import LedgerAudit
from app.client.soak.proofs.subscriber_proof import SubscriberProof
from app.client.soak.timeline import Timeline
from app.client.soak.watch.audience import Audience
from app.embedded.cluster.cluster import Cluster
from tests.cluster.conftest import ELECTION_TIMEOUT_SECONDS
from tests.support.waiting import DEADLINE_SECONDS, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")

RATE, SUBSCRIBERS, SEED = 20, 4, 1
LASTS = {"_order"}  # some orders are left to expire, which takes as long again
DOWN_AFTER_SECONDS = 1.0
SETTINGS = {"STOCKPULSE_BUDGET_CAPACITY": "1000000000", "STOCKPULSE_BUDGET_RESTORE_RATE": "1000000000"}


@pytest.fixture(scope="module")
def cluster(servers_dir: Path) -> Iterator[Cluster]:
    """Return a cluster that the tests of the module share."""
    with Cluster(
        servers_dir / "cluster",
        election_timeout_seconds=ELECTION_TIMEOUT_SECONDS,
        down_after_seconds=DOWN_AFTER_SECONDS,
        settings=SETTINGS,
    ) as cluster:
        yield cluster


class Trading:
    """Partners who change stock through the balancer, subscribers who follow, and what is proven in the end."""

    def __init__(self, cluster: Cluster, caller: SoakCaller, audience: Audience) -> None:
        self._cluster, self._caller, self._audience = cluster, caller, audience

    async def goes_on(self) -> None:
        """Return once a change was acknowledged, and each subscriber of levels was told of one as such."""
        silences = [self._caller.writes, *self._audience.changes]
        for silence in silences:
            silence.begin()
        await eventually(lambda: all(silence._longest > 0 for silence in silences))  # each has ended since

    async def restarts(self, name: str) -> None:
        """Stop a server as an operator does, and return once another is ready in its place."""
        assert await asyncio.to_thread(self._cluster.stop, name) == 0
        await self.comes_back(name)

    async def comes_back(self, name: str) -> None:
        """Return once a part does its work again, and the trade goes on."""
        await asyncio.to_thread(self._cluster.start, name)
        await asyncio.to_thread(self._cluster.await_ready, name)
        await self.goes_on()


@asynccontextmanager
async def trading(cluster: Cluster, folder: Path) -> AsyncIterator[Trading]:
    """Trade until the context is left, and then prove everything."""
    shop, findings, timeline, closing = SoakShop("SHOP"), Findings(), Timeline(), asyncio.Event()
    url = f"{cluster.url}/graphql"
    endpoint = Endpoint.parse(url, key=cluster.admin_key)
    with (
        SoakJournal(folder / "journal.txt", run=shop.run) as journal,
        soak_clients([endpoint]) as clients,
        soak_clients([endpoint], size=1) as [own],
    ):
        caller = SoakCaller(clients, journal=journal, timeline=timeline, findings=findings)
        await open_shop(shop, caller)
        audience = Audience(shop, [url], key=cluster.admin_key, size=SUBSCRIBERS, findings=findings, timeline=timeline)
        trade = SoakTrade(shop, caller, seed=SEED, closing=closing)
        deeds = [deed for deed in trade.deeds() if deed.run.__name__ not in LASTS]
        pacer = Pacer(deeds, rate=RATE, seed=SEED)
        async with audience.watching(caller, has_webhook=False):
            load = asyncio.create_task(pacer.run(closing))
            try:
                yield Trading(cluster, caller, audience)
            finally:
                closing.set()
                await load
            assert await pacer.finish(seconds=DEADLINE_SECONDS)
            audit = LedgerAudit(journal, findings)
            levels = await audit.run(own, shop.locations)
            audit.compare_sums()
            await SubscriberProof(shop, own, findings).feeds_know(audience.feeds, levels, is_excused=lambda: False)
    assert audit.lines > len(shop.levels)
    assert findings.examples == []


async def test_whatever_fails_nothing_is_lost_or_doubled_and_all_are_told(cluster: Cluster, tmp_path: Path) -> None:
    """Each part is killed or frozen, and servers are restarted one by one, while stock changes."""
    async with trading(cluster, tmp_path) as trade:
        await trade.goes_on()
        for role, harm in (("primary", cluster.kill), ("redis-master", cluster.freeze), ("api", cluster.kill)):
            name = await asyncio.to_thread(harm, role)
            await trade.goes_on()
            if role == "redis-master":
                await eventually(lambda: _has_another_master(cluster, name))  # noqa: B023 - awaited at once
            await trade.comes_back(name)
        for api in cluster.apis:
            await trade.restarts(api.name)


def _has_another_master(cluster: Cluster, name: str) -> bool:
    master = cluster.redis.master()
    return master is not None and master.name != name
