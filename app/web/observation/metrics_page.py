"""Metrics over HTTP, for the system that watches this server (ADR 55).

Rule: they need the token that is set for them. Without one they are served in development alone, to this machine, and
not to what comes through a proxy.
"""

import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.config import Settings
from app.domain.access.address import parse_address
from app.telemetry.exposition import Exposition
from app.web.edge.client_address import proxies_of

METRICS_PATH = "/metrics"

_OF_PROXIES = ("forwarded", "x-real-ip", "via")  # and x-forwarded-…
_NOT_SERVED = "Metrics are not served: set STOCKPULSE_METRICS_TOKEN.\n"
_NEEDS_TOKEN = "Metrics need the token of STOCKPULSE_METRICS_TOKEN, as 'Authorization: Bearer …'.\n"  # noqa: S105

Expose = Callable[[str], Awaitable[Exposition]]


def metrics_routes(settings: Settings, expose: Expose) -> list[Route]:
    """Return the route `/metrics`. `expose` returns the metrics in a form that an `Accept` names."""
    token = settings.metrics_token
    is_open = settings.env == "development"

    async def metrics(request: Request) -> Response:
        refusal = _without_token(request, is_open=is_open) if token is None else _by_token(request, token)
        if refusal is not None:
            return refusal
        body, content_type = await expose(request.headers.get("accept", ""))
        return Response(body, headers={"content-type": content_type, "cache-control": "no-store"})

    return [Route(METRICS_PATH, metrics)]


def _by_token(request: Request, token: SecretStr) -> Response | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode()):
        return None
    challenge = {"www-authenticate": "Bearer", "cache-control": "no-store"}
    return PlainTextResponse(_NEEDS_TOKEN, HTTPStatus.UNAUTHORIZED, challenge)


def _without_token(request: Request, *, is_open: bool) -> Response | None:
    peer = parse_address(request.client.host) if request.client else None
    is_direct = not any(name in _OF_PROXIES or name.startswith("x-forwarded-") for name in request.headers)
    if (
        is_open
        and is_direct
        and peer is not None
        and peer.is_loopback
        and not proxies_of(request.scope).trusts(str(peer))
    ):
        return None
    return PlainTextResponse(_NOT_SERVED, HTTPStatus.FORBIDDEN, {"cache-control": "no-store"})
