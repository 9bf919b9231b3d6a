"""Accepts or refuses a request or connection by its host and origin (ADR 26).

Rule: nothing behind the gate runs for a host that is not accepted, or for a page that may not open a websocket here.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.edge.counted import count_refusal
from app.web.edge.hosts import AllowedHosts
from app.web.edge.origins import AllowedOrigins


class Gate:
    """Middleware around the whole application, health and playground included."""

    def __init__(self, app: ASGIApp, *, hosts: AllowedHosts, origins: AllowedOrigins) -> None:
        self._app, self._hosts, self._origins = app, hosts, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, connection or lifespan."""
        refusal, reason = None, "host"
        if scope["type"] != "lifespan":
            refusal = self._hosts.refusal(scope["headers"])
        if refusal is None and scope["type"] == "websocket":
            refusal, reason = self._origins.refusal(scope["headers"]), "origin"
        if refusal is not None:
            count_refusal(scope.get("state", {}), reason)
        await (refusal or self._app)(scope, receive, send)
