"""A fault of the driver that our tests overlook. When this test fails, it is mended: remove the filter of warnings."""

import asyncio
import gc
import socket
import warnings
from contextlib import suppress
from pathlib import Path

from pymongo.pool_options import PoolOptions
from pymongo.pool_shared import _async_create_connection

CONNECT_SECONDS = 30


async def test_the_driver_leaves_a_cancelled_connection_to_the_collector(tmp_path: Path) -> None:
    """It closes the socket of an attempt that fails, but not of one that is cancelled, as at the end of a process."""
    path = str(tmp_path / "busy.sock")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as first:
        listener.bind(path)
        listener.listen(0)
        first.connect(path)  # nobody takes it in, so the next one has to wait
        options = PoolOptions(connect_timeout=CONNECT_SECONDS)
        attempt = asyncio.create_task(_async_create_connection((path, None), options))
        await asyncio.sleep(0)
        assert not attempt.done()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            attempt.cancel()
            with suppress(asyncio.CancelledError):
                await attempt
            del attempt
            for _ in range(10):
                await asyncio.sleep(0)  # until the loop, too, has let go of it
            gc.collect()
    assert [warning.category for warning in caught] == [ResourceWarning]
