"""Bounds how long PyMongo waits for the TLS handshake of a new connection.

PyMongo's asyncio client bounds the TCP connection by `connectTimeoutMS`, but not the handshake after it: asyncio gives
up after 60 s. A server that is frozen takes TCP connections and never shakes hands, so that each operation that needs a
new connection waits for a minute, beyond its own deadline.

Rule: the whole of a connection has `connectTimeoutMS`. `tests/cluster/test_failover.py` fails without.
"""

import asyncio
from typing import Any

from pymongo.asynchronous import pool

_driver: Any = pool
_connected = _driver._configured_protocol_interface  # noqa: SLF001 - see above


async def connected_in_time(address: Any, options: Any, *others: Any, **named: Any) -> Any:  # noqa: ANN401 - the driver's
    """Connect as the driver does. Raises TimeoutError, which the driver takes for one of the network."""
    async with asyncio.timeout(options.connect_timeout):
        return await _connected(address, options, *others, **named)


def repair_handshakes() -> None:
    """Replace what PyMongo connects by."""
    _driver._configured_protocol_interface = connected_in_time  # noqa: SLF001 - see above
