"""One subscriber: a socket, its subscription, and the newest state of each level that it was sent."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from typing import cast

import orjson

from app.client.live_bench.events import Failed, KnownMessages, SentEvent
from app.client.live_bench.frames import BadFrame, FrameReader, Opcode, client_frame, close_of
from app.client.live_bench.handshake import Handshake, HandshakeRefused
from app.client.live_bench.latencies import Latencies

_HEAD_END = b"\r\n\r\n"
_MAX_HEAD_BYTES = 65_536
_ID = "1"  # of every subscription, so that the same event is the same bytes on every socket


class Tally:
    """What all subscribers of a process received."""

    def __init__(self) -> None:
        self.messages = self.bytes = self.out_of_order = 0
        self.clock_difference = 0.0  # by which the server's clock is before ours
        self.latencies = Latencies()
        self.failures: Counter[str] = Counter()


class Subscriber(asyncio.Protocol):
    """A client of `graphql-transport-ws` with one subscription."""

    __slots__ = (
        *("_expected", "_frames", "_handshake", "_head", "_init", "_known", "_on_end", "_subscribe", "_tally"),
        *("_transport", "is_lost", "is_ready", "levels", "messages", "ready"),
    )

    def __init__(
        self,
        *,
        handshake: Handshake,
        init: bytes,
        subscribe: bytes,
        expected: int,
        known: KnownMessages,
        tally: Tally,
    ) -> None:
        """`init` and `subscribe` are messages; it is ready after `expected` events."""
        self._handshake, self._init, self._subscribe = handshake, init, subscribe
        self._expected, self._known, self._tally = expected, known, tally
        self._frames = FrameReader()
        self._head: bytes | None = b""  # None once it was read
        self._transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.levels: dict[str, SentEvent] = {}
        self.messages = 0
        self.is_lost = False

    def difference(self, expected: Mapping[str, tuple[int, int]]) -> str | None:
        """Return how the last states differ from these versions and units; None if no level that was sent does."""
        for key, event in self.levels.items():
            if expected.get(key) != (event.version, event.on_hand):
                return f"{key} is {event.on_hand} in version {event.version}, and not {expected.get(key)}"
        return None

    def stall(self) -> None:
        """Read nothing any more."""
        if self._transport is not None and not self.is_lost:
            self._transport.pause_reading()

    def close(self) -> None:
        """End the connection without ado."""
        self.is_lost = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._handshake.request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        try:
            if self._head is not None:
                data = self._opened(self._head + data)
            for opcode, payload in self._frames.feed(data):
                if opcode == Opcode.TEXT:
                    self._receive(payload, now)
                else:
                    self._control(opcode, payload)
        except (BadFrame, Failed, HandshakeRefused) as error:
            self._fail(str(error))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            self._fail("a message is not one of graphql-transport-ws, or not of the subscription")

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_lost:
            self._fail("the connection was lost" if exc is None else f"the connection was lost: {exc}")

    def _opened(self, head: bytes) -> bytes:
        """Return what follows the answer to the handshake; nothing while that is not complete."""
        text, end, rest = head.partition(_HEAD_END)
        if not end:
            if len(head) > _MAX_HEAD_BYTES:
                raise HandshakeRefused("the answer is no HTTP")
            self._head = head
            return b""
        self._handshake.check(text)
        self._head = None
        self._write(Opcode.TEXT, self._init)
        return rest

    def _receive(self, payload: bytes, now: float) -> None:
        kind, event = self._known.read(payload)
        if event is not None:
            self._observe(event, now, len(payload))
        elif kind == "connection_ack":
            self._write(Opcode.TEXT, self._subscribe)
            if not self._expected:
                self._be_ready()
        elif kind == "ping":
            self._write(Opcode.TEXT, b'{"type":"pong"}')
        elif kind == "complete":
            raise Failed("the server completed the subscription")

    def _observe(self, event: SentEvent, now: float, size: int) -> None:
        tally = self._tally
        tally.messages += 1
        tally.bytes += size
        self.messages += 1
        if event.key:
            before = self.levels.get(event.key)
            if before is not None and before.version > event.version:
                tally.out_of_order += 1
                return
            self.levels[event.key] = event
            if event.recorded is not None:
                tally.latencies.add(now - event.recorded + tally.clock_difference)
                self._known.time(event, now)
        if self.messages == self._expected:
            self._be_ready()

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == Opcode.PING:
            self._write(Opcode.PONG, payload)
        elif opcode == Opcode.CLOSE:
            code, reason = close_of(payload)
            raise Failed(f"closed with {code}{f': {reason}' if reason else ''}")

    def _be_ready(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def _fail(self, reason: str) -> None:
        self._tally.failures[reason] += 1
        self.close()
        self._be_ready()

    def _write(self, opcode: Opcode, payload: bytes) -> None:
        assert self._transport is not None
        self._transport.write(client_frame(opcode, payload))
