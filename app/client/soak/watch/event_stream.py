"""One subscription over plain HTTP: Server-Sent Events, as graphql-sse has them in distinct connections."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.client.soak.watch.feed import EventData
from app.client.soak.watch.subscription_end import SubscriptionEnd, end_of

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 20.0  # the server sends a comment every 12
PASSING_STATUSES = frozenset({b"429", b"502", b"503", b"504"})
MAX_LINE_BYTES = 1_048_576


async def stream_events(url: str, *, key: str | None, query: str, variables: EventData) -> AsyncGenerator[Any, None]:
    """Yield the data of each event. Raises SubscriptionEnd."""
    parts = urlsplit(url)
    body = orjson.dumps({"query": query, "variables": variables})
    credentials = "" if key is None else f"authorization: Bearer {key}\r\n"
    head = (
        f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n{credentials}accept: text/event-stream\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                parts.hostname, parts.port, ssl=True if parts.scheme == "https" else None, limit=MAX_LINE_BYTES
            )
    except (OSError, TimeoutError) as error:
        raise SubscriptionEnd(f"no connection: {type(error).__name__}") from error
    try:
        writer.write(head.encode() + body)
        async with aclosing(_lines(reader)) as lines:
            name = b""
            async for line in lines:
                if line.startswith(b"event:"):
                    name = line[6:].strip()
                elif line.startswith(b"data:") and name == b"next":
                    answer = orjson.loads(line[5:])
                    if answer.get("errors"):
                        raise end_of(answer["errors"])
                    yield answer["data"]
                elif name == b"complete":
                    raise SubscriptionEnd("the server completed the subscription", is_final=True)
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
        raise SubscriptionEnd(f"the stream was cut off: {type(error).__name__}") from error
    finally:
        writer.close()
    raise SubscriptionEnd("the stream ended")


async def _lines(reader: asyncio.StreamReader) -> AsyncGenerator[bytes, None]:
    """Yield the lines of an answer's body, which comes in chunks or until the connection ends."""
    head = await _until(reader, b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != b"200":
        raise SubscriptionEnd(f"HTTP status {status.decode()}", is_final=status not in PASSING_STATUSES)
    rest = b""
    while size := int((await _until(reader, b"\r\n")).partition(b";")[0], 16):
        async with asyncio.timeout(SILENCE_SECONDS):
            *lines, rest = (rest + await reader.readexactly(size)).split(b"\n")
            await reader.readexactly(2)
        for line in lines:
            yield line.rstrip(b"\r")


async def _until(reader: asyncio.StreamReader, end: bytes) -> bytes:
    async with asyncio.timeout(SILENCE_SECONDS):
        return await reader.readuntil(end)
