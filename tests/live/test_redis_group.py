"""Redis as several servers: whichever of them goes away, subscribers converge and have changes again (ADR 47)."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, aclosing, asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.exceptions import ConnectionError as RedisConnectionError

from app.domain.access.slowing import Slowing
from app.domain.live.events import LevelEventKind
from app.embedded.cluster.certificates import an_authority
from app.live.access_channel import AccessChannel
from app.live.messages import channel_of
from app.live.redis_address import redis_name
from app.live.redis_budgets import RedisBudgets
from app.live.redis_channel import RedisChannel, Sign
from app.live.redis_connection import open_redis
from app.live.redis_sign_in_attempts import RedisSignInAttempts
from app.live.redis_whereabouts import ASK_SECONDS
from app.server.checks.databases import check_redis
from app.server.checks.preflight import PreflightError
from app.services.access.budgets import SharedCharge
from app.services.access.sign_in.attempts import Counter
from app.services.filters import LevelFilter
from app.store.driver.client import Database
from tests.live.process import KEYS, Process, a_process
from tests.live.redis_group import (
    MASTER,
    PASSWORD,
    SENTINEL_PASSWORD,
    SLOTS,
    USER,
    Cluster,
    Server,
    Watched,
    free_port,
    redis_7,
    redis_program,
)
from tests.live.test_redis_faults import converged
from tests.live.watching import Watcher
from tests.support.waiting import eventually

needs_sharding = pytest.mark.skipif(redis_7() is None, reason="needs Redis 7, such as Debian's redis-tools")


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """Return a Cluster of this file."""
    program = redis_7()
    assert program is not None
    group = Cluster(program, tmp_path_factory.mktemp("cluster"))
    try:
        await group.form()
        yield group
    finally:
        group.close()


@pytest.fixture(scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """Return a master with a replica and Sentinels, of this file."""
    group = Watched(redis_program(), tmp_path_factory.mktemp("watched"))
    try:
        await group.form()
        yield group
    finally:
        group.close()


class Dashboard:
    """Two processes, and a subscriber in one to what the other writes."""

    def __init__(self, database: Database, here: Process, there: Process, watcher: Watcher) -> None:
        self._database, self._here, self._there, self._watcher = database, here, there, watcher

    async def work(self, seed: int) -> None:
        """Write in the other process, whatever Redis does, and return when the subscriber is right."""
        await self._there.work(rounds=10, seed=seed)
        await converged(self._database, [(LevelFilter(), self._watcher)])

    async def is_live(self) -> None:
        """Return once a write in the other process comes as a change."""
        await eventually(lambda: self._here.hub.problem() is None)

        async def comes_as_a_change() -> bool:
            await self._there.adjust((KEYS[0], 1))
            await converged(self._database, [(LevelFilter(), self._watcher)])
            return self._watcher.events[-1].kind is LevelEventKind.CHANGE

        await eventually(comes_as_a_change)

    async def is_lost(self) -> None:
        """Return once the process of the subscriber has noticed."""
        await eventually(lambda: self._here.hub.problem() is not None)


@asynccontextmanager
async def a_dashboard(database: Database, redis_url: str) -> AsyncIterator[Dashboard]:
    """Open both processes, and wait until changes arrive."""
    async with (
        a_process(database, redis_url) as here,
        a_process(database, redis_url) as there,
        Watcher(here.live.levels(LevelFilter())) as watcher,
    ):
        dashboard = Dashboard(database, here, there, watcher)
        await dashboard.is_live()
        yield dashboard


async def complaint(url: str) -> str:
    """Return what the start says of a Redis, if anything."""
    try:
        await asyncio.to_thread(check_redis, SecretStr(url), timeout_seconds=3)
    except PreflightError as error:
        return str(error)
    return ""


async def test_nodes_that_are_frozen_hold_up_nothing_for_longer_than_one_server_does() -> None:
    """However many are listed: a sign-in, or a change of a key, goes on without Redis."""
    with ExitStack() as stack:
        frozen = [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(3)]
        hosts = ",".join(f"127.0.0.1:{port}" for port in frozen)
        client = open_redis(f"redis+cluster://{hosts}", key="any", timeout_seconds=ASK_SECONDS / 2)
        async with client:
            with pytest.raises(RedisConnectionError, match="no node that was asked answers"):
                await client.ping()


@needs_sharding
async def test_a_cluster_by_tls_is_one_that_we_know(tmp_path: Path) -> None:
    """Both the node that is asked and the one that it names are held to the authority; without TLS there is advice."""
    program, ours, port = redis_7(), an_authority(tmp_path / "ours"), free_port(most=55_000)
    assert program is not None
    certificate = ours.server_file()
    files = [
        f"tls-cert-file {certificate}",
        f"tls-key-file {certificate}",
        f"tls-ca-cert-file {ours.ca_file}",
    ]
    lines = ["cluster-enabled yes", "tls-cluster yes", "tls-auth-clients no", f"tls-port {port}", *files]
    server = Server(program, tmp_path / "node", *lines, port=free_port(most=55_000))
    place, other = f"redis+cluster://{USER}:{PASSWORD}@127.0.0.1:{port}", an_authority(tmp_path / "other")
    encrypted = place.replace("redis", "rediss", 1)
    try:
        await server.up()
        await server.ask("CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)
        assert "the URL needs rediss+cluster://" in await complaint(place)
        assert "is not accepted" in await complaint(f"{encrypted}?ssl_ca_certs={other.ca_file}")
        async with (
            RedisChannel(f"{encrypted}?ssl_ca_certs={ours.ca_file}", redis_name("shop", "any")) as channel,
            channel.subscription() as subscription,
        ):
            assert await subscription.next(seconds=5) is Sign.CONFIRMED
            await eventually(lambda: _takes_messages(server))
            await channel.publish(b"by TLS")
            assert await subscription.next(seconds=5) == b"by TLS"
    finally:
        server.kill()


async def _takes_messages(server: Server) -> bool:
    return "cluster_state:ok" in await server.ask("CLUSTER", "INFO")


@needs_sharding
async def test_a_cluster_carries_all_that_processes_share(cluster: Cluster) -> None:
    """Scripts find their keys in one slot, and a change of access is heard in the other process."""
    heard: list[frozenset[str] | None] = []
    slow = Slowing(free_attempts=1, first_seconds=300, max_seconds=500, forget_seconds=60)
    async with (
        aclosing(RedisBudgets(cluster.url, namespace="shop")) as budgets,
        aclosing(RedisSignInAttempts(cluster.url, namespace="shop")) as attempts,
        AccessChannel(cluster.url, namespace="shop") as here,
        AccessChannel(cluster.url, namespace="shop") as there,
    ):
        charges = [SharedCharge(key=f"key:{number}", amount=100.0, restore_rate=1.0) for number in range(20)]
        assert all(level > 99 for level in await budgets.charge(charges))
        assert await attempts.attempt([Counter("name", slow), Counter("address", slow)]) == 0
        assert await attempts.attempt([Counter("name", slow), Counter("other", slow)]) > 290
        await attempts.succeeded(reset=["name"], undone="address", known="known")
        assert await attempts.is_known("known")
        there.listen(heard.append)
        await eventually(lambda: here.problem() is there.problem() is None)
        await here.announce({"key:till-7"})
        await eventually(lambda: frozenset({"key:till-7"}) in heard)


@needs_sharding
async def test_a_channel_is_of_one_shard_and_follows_its_slot(shop: Database, cluster: Cluster) -> None:
    """Nothing is published to the whole Cluster; where the slot goes, publishers and receivers go."""
    channel = channel_of(shop.name)
    async with a_dashboard(shop, cluster.url) as dashboard:
        owner = await cluster.owner(channel)
        assert await owner.ask("PUBSUB", "SHARDNUMSUB", channel) == [channel, 2]
        assert await owner.ask("PUBSUB", "CHANNELS") == []
        await cluster.move(channel)
        assert await cluster.owner(channel) is not owner
        await dashboard.work(seed=1)
        await dashboard.is_live()
        assert await owner.ask("PUBSUB", "SHARDNUMSUB", channel) == [channel, 0]


@needs_sharding
async def test_a_message_that_reaches_no_process_has_the_server_looked_for_anew(cluster: Cluster) -> None:
    """All others may have left this one, which does not know yet that it is not the one any more."""
    name = redis_name("shop", "any")
    owner = await cluster.owner(name)

    async def connections() -> list[str]:
        return [each["id"] for each in await owner.ask("CLIENT LIST") if each["name"] == "stockpulse"]

    async with RedisChannel(cluster.url, name) as channel:
        await channel.publish(b"to nowhere")
        await eventually(lambda: _is_empty(connections))
        async with channel.subscription() as subscription:
            await subscription.next(seconds=5)
            await channel.publish(b"one")
            before = await connections()
            await channel.publish(b"two")
            assert (await connections(), len(before)) == (before, 2)


async def _is_empty(connections: Callable[[], Awaitable[list[str]]]) -> bool:
    return not await connections()


@needs_sharding
async def test_a_replica_takes_over_from_a_node_that_died(shop: Database, cluster: Cluster) -> None:
    """Meanwhile subscribers have what is written from the ledger, and afterwards changes."""
    channel = channel_of(shop.name)
    await cluster.guard(channel)
    async with a_dashboard(shop, cluster.url) as dashboard:
        (await cluster.owner(channel)).kill()
        await dashboard.is_lost()
        await dashboard.work(seed=1)
        await dashboard.is_live()
        assert await cluster.owner(channel) is cluster.spare


async def test_sentinels_name_the_next_master(shop: Database, watched: Watched) -> None:
    """Processes leave a master that is frozen, and stay with the next when it comes back."""
    async with a_dashboard(shop, watched.url) as dashboard:
        watched.master.freeze()
        await dashboard.is_lost()
        await dashboard.work(seed=1)
        await dashboard.is_live()
        assert (await watched.replica.ask("ROLE"))[0] == "master"
        watched.master.thaw()
        await dashboard.work(seed=2)
        await dashboard.is_live()


async def test_a_server_that_a_sentinel_names_must_be_a_master(tmp_path: Path) -> None:
    """One that has not heard of the change yet names what is a replica by now: what is published there is lost."""
    replica = Server(redis_program(), tmp_path / "replica", f"replicaof 127.0.0.1 {free_port()}")
    lines = [f"sentinel monitor {MASTER} 127.0.0.1 {replica.port} 1", f"sentinel auth-pass {MASTER} {PASSWORD}"]
    sentinel = Server(redis_program(), tmp_path / "sentinel", *lines, sentinel=True)
    place = f"127.0.0.1:{sentinel.port}/{MASTER}?sentinel_password={SENTINEL_PASSWORD}"
    try:
        for server in (replica, sentinel):
            await server.up()
        async with open_redis(f"redis+sentinel://{USER}:{PASSWORD}@{place}", key="any") as client:
            with pytest.raises(RedisConnectionError, match="is no master any more"):
                await client.ping()
    finally:
        replica.kill()
        sentinel.kill()


async def test_the_start_asks_sentinels_as_the_processes_do(watched: Watched) -> None:
    """A name or a password that is not theirs is told from silence, and shown without what is secret."""
    assert await complaint(watched.url) == ""
    unknown = await complaint(watched.url.replace("/main", "/other"))
    assert "this Sentinel knows no master other); check that its hosts are Sentinels, the name of the master" in unknown
    for password in (PASSWORD, SENTINEL_PASSWORD):
        refused = await complaint(watched.url.replace(password, "s3same-of-others"))
        assert "refused us" in refused
        assert "s3same" not in refused


@needs_sharding
async def test_the_start_asks_a_cluster_as_the_processes_do(cluster: Cluster) -> None:
    """What is a Cluster is taken, and what is refused is shown without its password."""
    assert await complaint(cluster.url) == ""
    refused = await complaint(cluster.url.replace(PASSWORD, "s3same-of-others"))
    assert "refused us" in refused
    assert "s3same" not in refused


@pytest.mark.parametrize(
    ("form", "advice"),
    [
        ("redis+cluster://{}", "check that its hosts are nodes of a Cluster of Redis 7.0 or newer"),
        ("redis+sentinel://{}/main", "check that its hosts are Sentinels, the name of the master"),
    ],
)
async def test_a_server_alone_is_neither_a_sentinel_nor_a_cluster(redis_url: str, form: str, advice: str) -> None:
    """The start says so instead of going on without Redis."""
    host = redis_url.removeprefix("redis://").partition("/")[0].rpartition("@")[2]
    told = await complaint(form.format(host))
    assert "refused us" in told
    assert advice in told


async def test_a_cluster_that_is_too_old_is_refused(tmp_path: Path) -> None:
    """It has no sharded pub/sub, which would be found out only when something is published."""
    if redis_program() == redis_7():
        pytest.skip("needs an old Redis, as the embedded extra brings it")
    server = Server(redis_program(), tmp_path / "old", "cluster-enabled yes", port=free_port(most=55_000))
    try:
        await server.up()
        await server.ask("CLUSTER", "ADDSLOTS", *range(SLOTS))
        told = await complaint(f"redis+cluster://{USER}:{PASSWORD}@127.0.0.1:{server.port}")
    finally:
        server.kill()
    assert "a Cluster of Redis 7.0 or newer" in told
