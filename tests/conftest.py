"""What every test may ask for: a real mongod and redis-server, a database of its own, and a store of each kind.

Rule: nothing starts before a test asks for it, so that what needs no server runs without one.
"""

import gc
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from pymongo import MongoClient

from app.embedded import EmbeddedServices
from app.store.driver.client import BsonDocument, Client, Database, close_client
from tests.support.database import Databases, fresh_database
from tests.support.memory_disk import memory_folder
from tests.support.patience import patient_client, patient_redis_url
from tests.support.store import Store, emptied_store, memory_store

# Tests of what the API does need no credentials, unless they are of those: then they say auth="required".
os.environ.setdefault("STOCKPULSE_AUTH", "none")

# A shell that runs the tests in its background has them ignore Ctrl-C, and so would the programs that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What Motor does differently is a matter of the driver, not of the rule that is tested: it runs these files, in which
# each room of the store reads and writes in all of its ways, and the others run over PyMongo and in memory.
OVER_MOTOR = frozenset(
    {
        "concurrency/test_races.py",
        "contract/alerts/test_alerts.py",
        "contract/catalog/test_upsert_many.py",
        "contract/counting/test_posting.py",
        "contract/insight/test_insights.py",
        "contract/insight/test_kept_rankings.py",
        "contract/purchasing/test_receive.py",
        "contract/purchasing/test_suppliers.py",
        "contract/replenishment/test_ordering.py",
        "contract/replenishment/test_policies.py",
        "contract/reservations/test_backorders.py",
        "contract/reservations/test_lists.py",
        "contract/stock/test_adjust.py",
        "contract/stock/test_summary.py",
        "contract/test_idempotency.py",
        "contract/test_repeats.py",
        "contract/transfers/test_receive.py",
        "contract/webhooks/test_deliveries.py",
        "contract/webhooks/test_webhooks.py",
        "reconciliation/test_reconciliation.py",
    }
)

# A client of httpx reads all certificates of the system, in 25 ms, also for addresses without TLS: here once for all.
httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)

# How long an example takes tells how busy the machine is, not whether the code is right.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def servers_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return where the servers of the run keep their data, in memory where there is room; it is removed afterwards."""
    with memory_folder() as folder:
        path = folder or tmp_path_factory.mktemp("servers")
        yield path
        shutil.rmtree(path, ignore_errors=True)  # 300 MB; pytest would keep those of the last three runs


@pytest.fixture(scope="session")
def mongo_url(servers_dir: Path) -> Iterator[str]:
    """Return the URL of a real mongod, a replica set of one node, for the whole run.

    It removes nothing by itself: once a minute it would take away what tests have dated long ago.
    """
    with EmbeddedServices(data_dir=servers_dir / "mongo", redis=False, mongod_cache_gb=0.25) as urls:
        assert urls.mongo_url
        with MongoClient[BsonDocument](urls.mongo_url) as client:
            client.admin.command({"setParameter": 1, "ttlMonitorEnabled": False})
        yield urls.mongo_url


@pytest.fixture(scope="session")
def redis_url(servers_dir: Path) -> Iterator[str]:
    """Return the URL of a real redis-server for the whole run."""
    with EmbeddedServices(data_dir=servers_dir / "redis", mongo=False) as urls:
        assert urls.redis_url
        yield patient_redis_url(urls.redis_url)


@pytest.fixture(scope="session")
async def mongo_client(mongo_url: str) -> AsyncIterator[Client]:
    """Return one client of PyMongo for the whole run."""
    client = patient_client(mongo_url)
    yield client
    await close_client(client)


@pytest.fixture(scope="session")
async def motor_client(mongo_url: str) -> AsyncIterator[Client]:
    """Return one client of Motor for the whole run."""
    client = patient_client(mongo_url, driver="motor")
    yield client
    await close_client(client)


@pytest.fixture(scope="session")
def databases(mongo_client: Client) -> Databases:
    """Return the databases of the whole run."""
    return Databases(mongo_client, name="test")


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """Return a database of this test alone, with its collections and nothing in them."""
    async with databases.one() as database:
        yield database


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage in what is collected, which stays: that takes a third of the time, then and later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes a `store` once per kind."""
    if "store_kind" in metafunc.fixturenames:
        name = metafunc.definition.path.relative_to(Path(__file__).parent).as_posix()
        kinds = ["memory", "mongo", "motor"] if name in OVER_MOTOR else ["memory", "mongo"]
        metafunc.parametrize("store_kind", kinds)


@pytest.fixture
def kind(store_kind: str) -> str:
    """Return one kind of store after the other."""
    return store_kind


@pytest.fixture
def store_database(kind: str, request: pytest.FixtureRequest) -> Database | None:
    """Return the database below `store`, or None for the one in memory, so that it starts no mongod."""
    return None if kind == "memory" else request.getfixturevalue(f"{kind}_store_database")


@pytest.fixture
async def store(kind: str, store_database: Database | None) -> AsyncIterator[Store]:
    """Return an empty store; the test runs once over each kind."""
    store = memory_store() if store_database is None else await emptied_store(store_database, kind=kind)
    yield store
    await store.close()


@pytest.fixture(scope="session")
async def mongo_store_database(mongo_client: Client) -> Database:
    """Return the database that each store over PyMongo gets in turn, emptied: 20 times as fast as a fresh one."""
    return await fresh_database(mongo_client, "store_mongo")


@pytest.fixture(scope="session")
async def motor_store_database(motor_client: Client) -> Database:
    """Return the database that each store over Motor gets in turn, emptied."""
    return await fresh_database(motor_client, "store_motor")
