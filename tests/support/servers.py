"""A mongod that does what a test tells it to: fail or stall at a chosen command."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from app.embedded.binaries import MONGOD, find
from app.embedded.mongod import Mongod
from app.embedded.supervisor import ServerSupervisor
from app.store.driver.client import Client

APP_NAME = "stockpulse"  # only the application's own connections fail, not those of the server itself


class BreakableMongod(Mongod):
    """Our mongod with MongoDB's own test commands enabled."""

    def command(self, port: int) -> list[str]:
        """Return the usual command line, and the parameter that allows fail points."""
        return [*super().command(port), "--setParameter", "enableTestCommands=1"]


@contextmanager
def breakable_mongod(data_dir: Path) -> Iterator[str]:
    """Run one, and give its URL."""
    program = find(MONGOD)
    assert program
    directory = data_dir / "mongodb"
    directory.mkdir(parents=True)
    server = BreakableMongod(program=program, directory=directory, cache_gb=0.25)
    supervisor = ServerSupervisor(server, data_dir=data_dir, report=lambda _: None, on_failure=lambda: None)
    supervisor.start()
    try:
        yield supervisor.url()
    finally:
        supervisor.ask_to_stop()
        supervisor.wait_stopped()


@asynccontextmanager
async def failing(
    client: Client,
    *commands: str,
    times: int | None = None,
    skip: int = 0,
    **how: Any,  # noqa: ANN401 - MongoDB's own words
) -> AsyncIterator[None]:
    """Let the next `times` of these commands fail inside the context, or all of them; or all but the first `skip`."""
    data = {"failCommands": list(commands), "appName": APP_NAME, **how}
    mode: object = "alwaysOn" if times is None else {"times": times}
    if skip:
        mode = {"skip": skip}
    await client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})
    try:
        yield
    finally:
        await client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})
