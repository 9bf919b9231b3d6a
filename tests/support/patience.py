"""How long tests wait for what must come: so long that only a real failure reaches it.

The product answers within seconds or says that it cannot. What a test is not about must not depend on that: a machine
that runs several suites at once lets a database, or a test's own process, wait that long for its turn.
"""

from typing import Final

from app.store.driver.client import Client, Driver, open_client

PATIENCE_SECONDS: Final = 60


def patient_client(url: str, *, driver: Driver = "pymongo") -> Client:
    """Return a client of MongoDB for a test's own reads and writes, and for a store whose timeouts are not tried."""
    return open_client(url, driver=driver, timeout_seconds=PATIENCE_SECONDS, connect_timeout_seconds=PATIENCE_SECONDS)


def patient_redis_url(url: str) -> str:
    """Return the URL of a Redis server with waits that count instead of the product's own, of one second."""
    return f"{url}?socket_timeout={PATIENCE_SECONDS}&socket_connect_timeout={PATIENCE_SECONDS}"
