"""Sends webhook messages over HTTP/1.1.

Rule: a receiver controls nothing but its response. Redirects are not followed, cookies are not kept, no proxy is used,
and whatever it sends, or does not send, an attempt ends in time and takes little memory. So the pool of connections is
used as it is, below a client that would do all this.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpcore

from app.domain.time import Moment
from app.domain.webhooks.delivery import Answer, WebhookMessage
from app.outbound.authorities import usual_authorities
from app.outbound.guarded_network import GuardedNetwork, PrivateAddressError
from app.outbound.resolver import Resolve, Resolver
from app.outbound.signing import signed_headers
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import SpanKind, Tracing, below

ATTEMPT_SECONDS = 15.0  # in all; the specification proposes 15 to 30
CONNECT_SECONDS = 5.0
MAX_RESPONSE_BYTES = 65_536  # beyond, the connection is closed; the body is read and dropped
KEEPALIVE_SECONDS = 3.0  # shorter than what servers usually grant, so that none closes under a request
MAX_IDLE_CONNECTIONS = 100

_USER_AGENT = "Stockpulse-Webhooks/1"
_EXPECTED = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)

logger = logging.getLogger(__name__)


class HttpSender:
    """Sends over connections that are kept for a moment. An async context: the connections live in it.

    The number of connections has no bound of its own: each webhook worker has one, and none waits for another's.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        attempt_seconds: float = ATTEMPT_SECONDS,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """Take the system's resolver, network and the usual authorities, unless given others."""
        self._metrics, self._tracing = metrics or Metrics(), tracing
        self._resolver = Resolver()
        self._seconds = attempt_seconds
        self._tls = tls
        self._network = GuardedNetwork(
            network or httpcore.AnyIOBackend(), resolve=resolve or self._resolver, allow_private=allow_private
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_connections" in vars(self):
            await self._connections.aclose()
        self._resolver.close()

    @cached_property
    def _connections(self) -> httpcore.AsyncConnectionPool:
        """The connections, from the first message on: a server without webhooks reads no certificates for them."""
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls or usual_authorities(),
            max_connections=None,
            max_keepalive_connections=MAX_IDLE_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._network,
        )

    async def send(self, message: WebhookMessage, *, url: str, secrets: Sequence[str], now: Moment) -> Answer:
        began = time.perf_counter()
        answer = await self._sent(message, url=url, secrets=secrets, now=now)
        self._metrics.webhook_seconds.observe(time.perf_counter() - began)
        self._metrics.webhook_attempts.labels(_outcome(answer)).inc()
        return answer

    async def _sent(self, message: WebhookMessage, *, url: str, secrets: Sequence[str], now: Moment) -> Answer:
        headers = {
            "content-type": "application/json",
            "user-agent": _USER_AGENT,
            **signed_headers(message, secrets=secrets, at=now),
        }
        if self._tracing is None or message.trace is None:
            return await self._answer(url, headers=headers, body=message.body)
        place, began = below(message.trace), time.time_ns()
        headers["traceparent"] = place.traceparent
        if place.state is not None:
            headers["tracestate"] = place.state
        answer = await self._answer(url, headers=headers, body=message.body)
        self._tracing.end(
            place,
            "POST",
            kind=SpanKind.CLIENT,
            began=began,
            attributes=_attributes(message, url, answer),
            error=None if answer.is_taken else _outcome(answer),
        )
        return answer

    async def _answer(self, url: str, *, headers: dict[str, str], body: str) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(url, headers=headers, body=body.encode())
        except PrivateAddressError as error:
            return Answer(error=str(error))
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(error="The receiver did not answer in time.")
        except _EXPECTED as error:
            return Answer(error=f"The receiver could not be reached: {_words(error)}")
        except Exception:
            logger.exception("A webhook could not be sent.")
            return Answer(error="The message could not be sent.")

    async def _post(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        extensions = {"timeout": {"connect": CONNECT_SECONDS}}
        async with self._connections.stream(
            "POST", url, headers=list(headers.items()), content=body, extensions=extensions
        ) as response:
            answer = Answer(status=response.status, retry_after_seconds=_retry_after(response.headers))
            size = 0
            async for part in response.aiter_stream():  # to its end, so that the connection can be used again
                size += len(part)
                if size > MAX_RESPONSE_BYTES:
                    break
        return answer


def _outcome(answer: Answer) -> str:
    """Return how an attempt ended: taken, the class of the status that it was refused with, or no answer."""
    if answer.is_taken:
        return "taken"
    return "no_answer" if answer.status is None else f"{answer.status // 100}xx"


def _attributes(message: WebhookMessage, url: str, answer: Answer) -> dict[str, str | int]:
    """Return what a span says of an attempt. Of the URL only the host: the rest may be a secret of the receiver."""
    found: dict[str, str | int] = {
        "http.request.method": "POST",
        "server.address": urlsplit(url).hostname or "",
        "messaging.message.id": message.id,
        "stockpulse.webhook.event": message.type.value,
    }
    return found if answer.status is None else {**found, "http.response.status_code": answer.status}


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> int | None:
    """Return the pause that a receiver asks for, in seconds: RFC 9110, 10.2.3."""
    value = next((given.decode("latin-1").strip() for name, given in headers if name.lower() == b"retry-after"), "")
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter for a year, or an offset, of twenty digits
        return None
    return max(0, int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - time.time()))


def _words(error: Exception) -> str:
    """Return the reason of a failure, without addresses: a partner learns nothing of our network."""
    match error:
        case httpcore.ConnectError():
            return "no connection" if not _is_tls(error) else "its certificate or encryption is not acceptable"
        case httpcore.ProtocolError():
            return "it hung up, or does not speak HTTP"
    return "the connection broke"


def _is_tls(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLError) or any(
        isinstance(cause, ssl.SSLError) for cause in (error.__cause__, error.__context__)
    )
