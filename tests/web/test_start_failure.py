"""A server whose database goes away while it starts says so in a sentence."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from app.config import Settings
from app.domain.failures import Unavailable
from app.embedded.ports import free_port
from app.web.asgi import create_app
from app.web.start_failure import with_start_failures


async def message_of_failed_start(app: ASGIApp) -> str:
    """Return what an application that cannot be opened hands to the server, which logs it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises((Unavailable, ZeroDivisionError)):
        await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    [failed] = sent
    assert failed["type"] == "lifespan.startup.failed"
    message: str = failed["message"]
    return message


async def test_a_database_that_does_not_answer_is_a_sentence() -> None:
    """It was there when `stockpulse serve` prepared it, or another program runs the application."""
    url = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"
    app = create_app(Settings(mongo_url=url, redis_url="redis://127.0.0.1:1/0", mongo_timeout_seconds=0.2))
    message = await message_of_failed_start(app)
    assert message == "The server cannot start. The database is not available: it does not answer."


async def test_a_fault_of_ours_keeps_its_traceback() -> None:
    """Only by it can it be found."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[NoReturn]:
        yield 1 / 0  # type: ignore[misc]

    message = await message_of_failed_start(with_start_failures(Starlette(lifespan=lifespan)))
    assert message.startswith("Traceback")
    assert "ZeroDivisionError" in message
