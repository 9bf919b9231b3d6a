"""A cluster of real processes, each part of which fails once: nothing is lost or doubled, and all are told.

What a failure costs is measured by `stockpulse soak --cluster`: docs/operate/failover.md.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
from app.domain.failures import Unavailable
from app.embedded.cluster.cluster import Cluster
from app.embedded.cluster.member import ClusterMember
from app.embedded.cluster.replica_set import DATABASE
from app.store.driver.client import Client, close_client, open_client
from app.store.driver.primary_watch import PrimaryWatch
from tests.support.concerns import concerns_heard
from tests.support.patience import PATIENCE_SECONDS
from tests.support.scene import TEA, adjust, given_level, refused
from tests.support.store import mongo_store
from tests.support.waiting import DEADLINE_SECONDS, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")

ELECTION_TIMEOUT_SECONDS = 3.0  # on a busy machine members elect in vain where it is shorter
DOWN_AFTER_SECONDS = 1.0
SETTINGS = {
    "STOCKPULSE_BUDGET_CAPACITY": "1000000000",
    "STOCKPULSE_BUDGET_RESTORE_RATE": "1000000000",
    "STOCKPULSE_DRAIN_SECONDS": "1",  # the balancer looks four times a second
}
RATE, SUBSCRIBERS, SEED = 20, 4, 1
LASTS = {"_order"}  # some orders are left to expire, which takes as long again
BEHIND_SECONDS = 2.0  # of the writer that knows one member only, which is primary no more
UNNOTICED_MS = 120_000  # a driver that asks its members so rarely does not find by itself that one is frozen


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


async def test_what_waits_on_a_frozen_primary_goes_to_the_next_and_it_decides_nothing_when_it_is_back(
    cluster: Cluster,
) -> None:
    """A read and a change go on while it is frozen; units that came meanwhile are not refused on what it believes."""
    primary = await asyncio.to_thread(cluster.primary)
    urls = [f"{url}&heartbeatFrequencyMS={UNNOTICED_MS}" for url in (cluster.mongo.url, cluster.mongo.url_of(primary))]
    with concerns_heard() as heard:
        async with clients(*urls) as [client, former], PrimaryWatch(client):
            store = mongo_store(client[DATABASE])
            await given_level(store, on_hand=3)
            behind = mongo_store(former[DATABASE], retry_deadline_seconds=BEHIND_SECONDS)
            await refused(behind, adjust(behind, TEA, -5))
            with frozen(*cluster.apis):  # they would ask it, too, and end what it believes before it answers
                with frozen(primary):
                    async with asyncio.timeout(PATIENCE_SECONDS - 20):  # each would wait for a minute
                        level, outcome = await asyncio.gather(store.level(TEA), adjust(store, TEA, -2))
                    await adjust(store, TEA, 100)
                    before = heard.said.total()
                    late = asyncio.create_task(adjust(behind, TEA, -5))
                    await eventually(lambda: heard.said.total() > before)
                with pytest.raises(Unavailable):
                    await late
            assert level is not None
            assert outcome.movements[0].after.on_hand == 1
            level = await store.level(TEA)
            assert level is not None
            assert level.on_hand == 101


async def test_whatever_fails_nothing_is_lost_or_doubled_and_all_are_told(cluster: Cluster, tmp_path: Path) -> None:
    """Each part is killed or frozen, and servers are restarted one by one, while stock changes."""
    async with trading(cluster, tmp_path) as trade:
        await trade.goes_on()
        killed = await asyncio.to_thread(cluster.kill, "primary")
        await trade.goes_on()
        await asyncio.to_thread(cluster.start, killed)  # it follows again while the next part fails
        frozen = await asyncio.to_thread(cluster.freeze, "redis-master")
        await trade.goes_on()
        await eventually(lambda: _has_another_master(cluster, frozen))
        await asyncio.to_thread(cluster.start, frozen)
        await trade.is_ready(killed, frozen)
        await trade.survives_a_rolling_restart()
        await asyncio.to_thread(cluster.kill, "api")
        await trade.goes_on()


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

    async def is_ready(self, *names: str) -> None:
        """Return once parts do their work again, and the trade goes on."""
        for name in names:
            await asyncio.to_thread(self._cluster.await_ready, name)
        await self.goes_on()

    async def survives_a_rolling_restart(self) -> None:
        """Restart all servers, one by one; `stockpulse soak` proves how often clients have to retry meanwhile."""
        sendings = self._caller.sendings.begin()
        for api in self._cluster.apis:
            assert await asyncio.to_thread(self._cluster.stop, api.name) == 0
            await asyncio.to_thread(self._cluster.start, api.name)
            await self.is_ready(api.name)
        self._caller.sendings.begin()
        for counts in sendings.counts.values():
            assert counts.operations > 0


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


@contextmanager
def frozen(*members: ClusterMember) -> Iterator[None]:
    """Let members stand still while the context is open."""
    for member in members:
        member.freeze()
    try:
        yield
    finally:
        for member in members:
            member.resume()


@asynccontextmanager
async def clients(*urls: str) -> AsyncIterator[list[Client]]:
    """Open clients that wait for a minute for each answer, but not for a connection."""
    opened = [open_client(url, timeout_seconds=PATIENCE_SECONDS) for url in urls]
    try:
        yield opened
    finally:
        for client in opened:
            await close_client(client)


def _has_another_master(cluster: Cluster, name: str) -> bool:
    master = cluster.redis.master()
    return master is not None and master.name != name
