"""The least that delivers an event by uvicorn: a list of sockets, and the same text sent to each.

It is the same uvicorn as ours: its loop, its parser and our websocket protocol class, by the ordinary ASGI send. There
is no GraphQL and no database, and the bytes are made once per event.

Started as `python -m bench.live_broadcast PORT`.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvicorn

from app.web.protocol import WebSocketProtocol
from bench.live_event import MadeUpLevels, message, outcome

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ACK: Message = {"type": "websocket.send", "text": '{"type":"connection_ack"}'}
_HEADERS = [(b"content-type", b"application/json")]


class Broadcast:
    """An ASGI application."""

    def __init__(self) -> None:
        self._levels = MadeUpLevels()
        self._sends: dict[Send, str] = {}  # with the id of the operation

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a socket, or make a change."""
        if scope["type"] == "websocket":
            await self._serve(receive, send)
        elif scope["type"] == "http":
            await self._change(receive, send)

    async def _serve(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        try:
            while (received := await receive())["type"] == "websocket.receive":
                request = orjson.loads(received["text"])
                if request["type"] == "connection_init":
                    await send(_ACK)
                elif request["type"] == "subscribe":
                    for event in self._levels.snapshot(request["payload"]["variables"]["filter"]["skus"]):
                        await send({"type": "websocket.send", "text": message(event, id=request["id"])})
                    self._sends[send] = request["id"]
        finally:
            self._sends.pop(send, None)

    async def _change(self, receive: Receive, send: Send) -> None:
        request = orjson.loads((await receive())["body"])
        answer: Message = {"data": {"__typename": "Query"}}
        if "variables" in request:
            event = self._levels.change(request["variables"]["input"]["sku"])
            sent = {"type": "websocket.send", "text": message(event, id="1")}
            for each in list(self._sends):
                await each(sent)
            answer = {"data": {"outcome": outcome(event)}}
        body = orjson.dumps(answer)
        headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(
        Broadcast(),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
