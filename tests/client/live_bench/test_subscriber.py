"""One subscriber of a measurement: what it says to a server, and what it makes of the answers."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import create_autospec

import orjson
import pytest

from app.client.http.connection import Endpoint
from app.client.live_bench.events import KnownMessages
from app.client.live_bench.frames import Opcode
from app.client.live_bench.handshake import Handshake
from app.client.live_bench.subscriber import Subscriber, Tally

RECORDED = "2026-11-23T09:30:00.123456Z"


class Scene:
    """A subscriber whose server is this test."""

    def __init__(self, *, expected: int = 1) -> None:
        self.tally = Tally()
        self.handshake = Handshake.of(Endpoint.parse("http://shop.example"))
        self.transport = create_autospec(asyncio.Transport, instance=True)
        self.subscriber = Subscriber(
            handshake=self.handshake,
            init=b"init",
            subscribe=b"subscribe",
            expected=expected,
            known=KnownMessages(reads_levels=True),
            tally=self.tally,
        )
        self.subscriber.connection_made(self.transport)

    def answer(self, status: bytes = b"101 Switching Protocols") -> None:
        """Answer the handshake."""
        self.subscriber.data_received(
            b"HTTP/1.1 %b\r\nSec-WebSocket-Accept: %b\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
            % (status, self.handshake.accept)
        )

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        payload = orjson.dumps(message)
        self.subscriber.data_received(bytes([0x80 | Opcode.TEXT, 126]) + len(payload).to_bytes(2, "big") + payload)

    def send_level(self, version: int, on_hand: int, *, kind: str = "CHANGE") -> None:
        """Send an event of one level."""
        movement = None if kind == "SNAPSHOT" else {"recordedAt": RECORDED}
        level = {"id": "L", "version": version, "onHand": on_hand}
        event = {"kind": kind, "level": level, "movement": movement}
        self.send({"id": "1", "type": "next", "payload": {"data": {"stockLevels": event}}})

    @property
    def writes(self) -> int:
        """How often it has written."""
        return self.transport.write.call_count


async def test_it_subscribes_once_it_is_let_in_and_is_ready_after_its_snapshot() -> None:
    """Handshake, connection_init, subscribe: each after the answer to the one before."""
    scene = Scene()
    assert scene.writes == 1
    scene.answer()
    assert scene.writes == 2
    scene.send({"type": "connection_ack"})
    assert scene.writes == 3
    assert not scene.subscriber.ready.done()
    scene.send_level(1, 5, kind="SNAPSHOT")
    assert scene.subscriber.ready.done()
    assert not scene.tally.failures
    assert len(scene.tally.latencies) == 0


async def test_a_last_state_that_is_not_the_databases_is_told() -> None:
    """By version and by units; an older event changes nothing, and is counted."""
    scene = Scene()
    scene.answer()
    scene.send_level(1, 5, kind="SNAPSHOT")
    scene.send_level(3, 7)
    scene.send_level(2, 6)
    assert scene.subscriber.difference({"L": (3, 7)}) is None
    assert scene.subscriber.difference({"L": (4, 8)}) == "L is 7 in version 3, and not (4, 8)"
    assert scene.subscriber.difference({}) == "L is 7 in version 3, and not None"
    assert (scene.tally.messages, scene.tally.out_of_order, len(scene.tally.latencies)) == (3, 1, 1)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda scene: scene.answer(b"503 Busy"), "HTTP status 503 Busy"),
        (lambda scene: scene.subscriber.connection_lost(None), "the connection was lost"),
        (
            lambda scene: (scene.answer(), scene.subscriber.data_received(b"\x88\x08\x03\xf5closed")),
            "closed with 1013: closed",
        ),
        (
            lambda scene: (
                scene.answer(),
                scene.send({"type": "error", "payload": [{"message": "No.", "extensions": {"code": "FORBIDDEN"}}]}),
            ),
            "FORBIDDEN: No.",
        ),
        (lambda scene: (scene.answer(), scene.send({"type": "complete"})), "the server completed the subscription"),
        (
            lambda scene: (scene.answer(), scene.send({"kind": "hello"})),
            "a message is not one of graphql-transport-ws, or not of the subscription",
        ),
    ],
)
async def test_whatever_ends_a_subscriber_is_told_once(harm: Callable[[Scene], object], reason: str) -> None:
    """And it is waited for no longer."""
    scene = Scene()
    harm(scene)
    scene.subscriber.connection_lost(None)
    assert scene.tally.failures == {reason: 1}
    assert scene.subscriber.is_lost
    assert scene.subscriber.ready.done()
