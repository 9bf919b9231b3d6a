"""One subscription over a websocket, by graphql-transport-ws, as the documentation says that clients connect."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.client.soak.watch.feed import EventData
from app.client.soak.watch.subscription_end import SubscriptionEnd, end_of

SUBPROTOCOL = "graphql-transport-ws"
FINAL_CODES = frozenset({1007, 1008, 1009, 4400, 4401, 4406, 4409, 4429})
OPEN_SECONDS = 8.0
PING_SECONDS = 5.0  # a server that does not answer for as long is left


async def websocket_events(url: str, *, key: str | None, query: str, variables: EventData) -> AsyncGenerator[Any, None]:
    """Yield the data of each event. Raises SubscriptionEnd."""
    parts = urlsplit(url)
    address = urlunsplit(parts._replace(scheme={"http": "ws", "https": "wss"}[parts.scheme]))
    credentials = {} if key is None else {"authorization": f"Bearer {key}"}
    try:
        async with connect(
            address,
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
            open_timeout=OPEN_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=1,
            compression=None,
            max_size=None,
        ) as socket:
            await socket.send(orjson.dumps({"type": "connection_init", "payload": credentials}).decode())
            async for text in socket:
                message = orjson.loads(text)
                match message["type"]:
                    case "connection_ack":
                        request = {"query": query, "variables": variables}
                        subscribe = {"id": "1", "type": "subscribe", "payload": request}
                        await socket.send(orjson.dumps(subscribe).decode())
                    case "ping":
                        await socket.send('{"type":"pong"}')
                    case "next":
                        if message["payload"].get("errors"):
                            raise end_of(message["payload"]["errors"])
                        yield message["payload"]["data"]
                    case "error":
                        raise end_of(message["payload"])
                    case "complete":
                        raise SubscriptionEnd("the server completed the subscription", is_final=True)
    except ConnectionClosed as closed:
        code = 1006 if closed.rcvd is None else closed.rcvd.code
        raise SubscriptionEnd(f"closed with {code}", is_final=code in FINAL_CODES) from closed
    except (OSError, InvalidHandshake, TimeoutError, EOFError) as error:
        raise SubscriptionEnd(f"no connection: {type(error).__name__}") from error
    raise SubscriptionEnd("closed with 1000")
