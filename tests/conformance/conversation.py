# ruff: noqa: ANN401 - JSON is of any type
"""A conversation in `graphql-transport-ws` over a raw socket, and what a case expects of it.

Rule: what is not as it should be raises Failed, with a sentence that says what came instead.
"""

import json
from collections.abc import Collection
from typing import Any

from tests.conformance.raw_socket import Closed, RawSocket, Torn

INTERNAL_CODES = {1011, 4500}  # failures of the server: no client may cause one
LAST = {"complete", "error"}


class Failed(Exception):
    """The server does not conform; the message says how."""


def expect(condition: object, what: str) -> None:
    """Raise Failed unless the condition holds."""
    if not condition:
        raise Failed(what)


class Conversation:
    """One connection, initialised or not."""

    def __init__(self, socket: RawSocket) -> None:
        self.socket = socket

    def say(self, **message: Any) -> None:
        """Send one message."""
        self.socket.send(json.dumps(message).encode())

    def subscribe(self, query: str, id: str = "1", **payload: Any) -> None:
        """Start an operation."""
        self.say(type="subscribe", id=id, payload={"query": query, **payload})

    async def hear(self) -> Any:
        """Return the next message. Raise Failed where the connection ends instead, or it has no form of a message."""
        try:
            text = await self.socket.message()
        except (Closed, Torn) as end:
            raise Failed(f"the connection ended: {end}") from None
        message = json.loads(text)
        expect(isinstance(message, dict) and isinstance(message.get("type"), str), f"no message: {text[:200]!r}")
        if message["type"] == "ping":
            self.say(type="pong")
            return await self.hear()
        return message

    async def hear_ack(self) -> None:
        """Expect the answer to connection_init."""
        message = await self.hear()
        expect(message["type"] == "connection_ack", f"instead of connection_ack: {message}")

    async def last_words(self, id: str = "1") -> list[Any]:
        """Return the messages of an operation up to the one that ends it; expect none of another."""
        heard: list[Any] = []
        while not heard or heard[-1]["type"] not in LAST:
            message = await self.hear()
            expect(message.get("id") == id, f"a message of no operation {id!r}: {message}")
            heard.append(message)
        return heard

    async def result(self, id: str = "1") -> Any:
        """Expect one `next`, then `complete`; return the payload."""
        heard = await self.last_words(id)
        types = [message["type"] for message in heard]
        expect(types == ["next", "complete"], f"instead of one next and complete: {heard}")
        expect("payload" not in heard[1], f"complete has a payload: {heard[1]}")
        return heard[0]["payload"]

    async def refusal(self, id: str = "1") -> Any:
        """Expect `error` alone; return its payload, a list of GraphQL errors."""
        heard = await self.last_words(id)
        expect([message["type"] for message in heard] == ["error"], f"instead of an error: {heard}")
        errors = heard[0].get("payload")
        are_errors = (
            isinstance(errors, list) and errors and all(isinstance(each.get("message"), str) for each in errors)
        )
        expect(are_errors, f"the payload of error is no list of GraphQL errors: {errors}")
        return errors

    async def until_pong(self) -> list[Any]:
        """Ping; return what came before the pong."""
        self.say(type="ping")
        heard = [await self.hear()]
        while heard[-1]["type"] != "pong":
            heard.append(await self.hear())
        return heard[:-1]

    async def still_works(self, query: str) -> None:
        """Expect nothing but the result of another operation."""
        waiting = await self.until_pong()
        expect(not waiting, f"unexpected: {waiting}")
        self.subscribe(query, id="still here")
        await self.result("still here")

    async def closed(self, codes: Collection[int]) -> Closed:
        """Expect the server to close with one of the codes, whatever it sends before."""
        end = await self.end()
        expect(end.code in codes, f"closed with {end.code} {end.reason!r}")
        return end

    async def end(self) -> Closed:
        """Read to the close frame. Raise Failed where there is none, or the server failed."""
        try:
            while True:
                await self.socket.message()
        except Torn as end:
            raise Failed(str(end)) from end
        except Closed as end:
            expect(end.code not in INTERNAL_CODES, f"the server failed: {end}")
            return end
