"""The websocket as the protocol uses it: text in, text out, closed once.

Rule: `send` returns when the server has taken the message, so a sender that awaits it is at most one message ahead of
the client's socket buffer. However a connection ends, the other users of the wire get Disconnected.
"""

from starlette.types import Receive, Send

_MAX_REASON_BYTES = 123  # of a control frame's 125, the close code takes two


class Disconnected(Exception):
    """The connection is closed: nothing can be sent or received."""


class Close(Exception):
    """Ends the connection with a code and a reason for the client."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code} {reason}")


class Wire:
    """One ASGI websocket."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._closed = False

    async def accept(self, subprotocol: str | None, headers: list[tuple[bytes, bytes]]) -> None:
        """Complete the handshake."""
        await self._receive()  # websocket.connect
        await self._transmit({"type": "websocket.accept", "subprotocol": subprotocol, "headers": headers})

    async def receive(self) -> str:
        """Wait for the next text message; raise Close for a binary one."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._closed = True
            raise Disconnected
        text: str | None = message.get("text")
        if text is None:
            raise Close(4400, "Messages are text frames.")
        return text

    async def send(self, text: str) -> None:
        """Send one text message; wait first while the client reads slowly."""
        await self._transmit({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close the connection, unless it is closed already."""
        if self._closed:
            return
        self._closed = True
        shortened = reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": shortened})
        except (OSError, RuntimeError):
            return

    async def _transmit(self, message: dict[str, object]) -> None:
        if self._closed:
            raise Disconnected
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            # OSError is what ASGI names; uvicorn raises RuntimeError after a close frame of its own (1009, 1012).
            self._closed = True
            raise Disconnected from None
