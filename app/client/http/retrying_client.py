"""A client of the server: sends requests over one connection until they are answered.

Rule: what got no answer is asked again under the same key; only an answer, or the end of patience, ends it. Where
several servers have the same data, the next of them is asked first.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from app.client.http.connection import Endpoint, HttpConnection, HttpResponse, ServerAway
from app.client.http.request import Request

FIRST_PAUSE_SECONDS = 0.1
MAX_PAUSE_SECONDS = 2.0  # a server that is back is noticed within this time
DEFAULT_RETRY_AFTER_SECONDS = 1.0
MAX_FAILURES = 4  # of one request that are kept: an outage may last for hours
_GATEWAY_STATUSES = frozenset({502, 503, 504})  # a proxy whose server is away
_BUSY_CODES = frozenset({"OVERLOADED", "THROTTLED"})
_AWAY_CODE = "UNAVAILABLE"
_OWN_CODES = frozenset({"UNAUTHENTICATED", "FORBIDDEN", "INTERNAL"})  # said of a request that was understood

_ADVICE = {
    "UNAUTHENTICATED": "Give the key of an app in STOCKPULSE_KEY or with --key.",
    "FORBIDDEN": "The key needs more rights than it has.",
}

Data = dict[str, Any]


class CannotGoOn(Exception):
    """The work cannot go on; the message is one sentence for the user."""


class ServerGone(CannotGoOn):
    """The server stayed away, or busy, for longer than patience lasts."""


class NoStockpulse(CannotGoOn):
    """Where the URL leads, there is no server, or another one."""


class ErrorReported(CannotGoOn):
    """The server understood the request as HTTP, and answered that it cannot be served."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        advice = f" {_ADVICE[code]}" if code in _ADVICE else ""
        super().__init__(f"The server reports {code}: {message}{advice}")


class AnsweredAway(ServerAway):
    """The answer came from a proxy whose server is away, or from a server that lacks what it needs, or stops."""


class ServerBusy(Exception):
    """The server is there, but asks to be left alone for some seconds."""

    def __init__(self, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"asked to wait {retry_after_seconds:g} s")


class ServerStatus:
    """What all clients together know of the server being away; it is said once, and once that it is back."""

    def __init__(self, *, patience_seconds: float, say: Callable[[str], None]) -> None:
        self.patience_seconds = patience_seconds
        self.away_seconds: list[float] = []
        self.waits = 0
        self._say = say
        self._away_since: float | None = None

    def note_away(self, reason: str) -> None:
        """Take note that a client got no answer, twice."""
        if self._away_since is None:
            self._away_since = time.monotonic()
            self._say(f"The server is away: {reason}. Trying again for {self.patience_seconds:g} s.")

    def note_answer(self) -> None:
        """Take note that a client got an answer."""
        if self._away_since is not None:
            self.away_seconds.append(time.monotonic() - self._away_since)
            self._away_since = None
            self._say(f"The server is back after {self.away_seconds[-1]:.1f} s; going on.")


class RetryingClient:
    """Asks, waits while the server is away or busy, and returns the answer's data.

    `attempts` is how often the last request was sent, and `failures` are the first of those that were in vain.
    """

    def __init__(self, endpoint: Endpoint, server_status: ServerStatus, *, others: Sequence[Endpoint] = ()) -> None:
        """`others` lead to other servers over the same data, each of which is asked where the one before is away."""
        self._url = endpoint.url
        self._connections = deque(map(HttpConnection, (endpoint, *others)))
        self._server_status = server_status
        self.attempts = 0
        self.failures: list[ServerAway | ServerBusy] = []

    async def ask(self, request: Request) -> Data:
        """Return the data of the answer. Raises ServerGone when patience ends, ErrorReported on an error."""
        body = request.to_json()
        failed_since: float | None = None
        self.attempts, self.failures = 0, []
        pause = 0.0  # the first failure may be an idle connection that the server closed just then
        while True:
            self.attempts += 1
            try:
                data = await self._attempt(body, answer_seconds=request.answer_seconds)
            except (ServerAway, ServerBusy) as error:
                if len(self.failures) < MAX_FAILURES:
                    self.failures.append(error)
                now = time.monotonic()
                failed_since = failed_since or now
                if now - failed_since > self._server_status.patience_seconds:
                    raise ServerGone(self._farewell(error)) from error
                await asyncio.sleep(self._note(error, pause))
                self.turn()
                if self.attempts >= len(self._connections):
                    pause = min(max(FIRST_PAUSE_SECONDS, 2 * pause), MAX_PAUSE_SECONDS)
            else:
                self._server_status.note_answer()
                return data

    async def ask_once(self, request: Request) -> Data:
        """Return the data of the answer. Raises NoStockpulse if there is none at the first try."""
        try:
            return await self._attempt(request.to_json(), answer_seconds=request.answer_seconds)
        except (ServerAway, ServerBusy) as error:
            raise NoStockpulse(f"No Stockpulse server answers at {self._url}: {error}.") from error
        except ErrorReported as error:
            if error.code in _OWN_CODES:
                raise
            raise NoStockpulse(
                f"{self._url} speaks GraphQL, but not as the Stockpulse that this command knows: {error.message}"
            ) from error

    def turn(self) -> None:
        """Ask the next server from now on."""
        self._connections.rotate(-1)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()

    def _note(self, error: ServerAway | ServerBusy, pause: float) -> float:
        """Tell the others, and return the seconds to wait: with jitter, so that clients do not come back as one."""
        if isinstance(error, ServerBusy):
            self._server_status.waits += 1
            pause = error.retry_after_seconds
        elif pause:
            self._server_status.note_away(str(error))
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret

    def _farewell(self, error: ServerAway | ServerBusy) -> str:
        state = "is still busy" if isinstance(error, ServerBusy) else "did not come back"
        return f"The server {state} after {self._server_status.patience_seconds:g} s: {error}."

    async def _attempt(self, body: bytes, *, answer_seconds: float) -> Data:
        response = await self._connections[0].post(body, answer_seconds=answer_seconds)
        answer = self._decoded(response)
        if answer.get("errors"):
            raise _error_of(answer["errors"][0])
        data = answer.get("data")
        if not isinstance(data, dict):
            raise NoStockpulse(f"{self._url} answers, but not as a Stockpulse server: no data and no errors.")
        return data

    def _decoded(self, response: HttpResponse) -> Data:
        try:
            answer = orjson.loads(response.body)
        except orjson.JSONDecodeError:
            answer = None
        if isinstance(answer, dict) and ("data" in answer or "errors" in answer):
            return answer
        if response.status in _GATEWAY_STATUSES:
            raise AnsweredAway(f"HTTP status {response.status}")
        raise NoStockpulse(
            f"{self._url} answers with HTTP status {response.status}, but not as a Stockpulse server: "
            "give the URL of its GraphQL endpoint with --url."
        )


def _error_of(error: Data) -> Exception:
    """Return what the first of the answer's errors means for what asked."""
    extensions = error.get("extensions") or {}
    code, message = extensions.get("code", "UNKNOWN"), error.get("message", "no message")
    if code in _BUSY_CODES:
        return ServerBusy(float(extensions.get("retryAfterSeconds", DEFAULT_RETRY_AFTER_SECONDS)))
    if code == _AWAY_CODE:
        return AnsweredAway(message.rstrip("."))
    return ErrorReported(code, message)
