"""Authenticates what comes in: each operation, and each websocket and event stream while it is open (ADR 38).

Rule: an operation's context exists only once its principal is known, and a request whose credential was verified lately
waits for nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import ceil
from typing import Final, Protocol

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from app.bootstrap import Application
from app.domain.access.principal import TRUSTED, Principal
from app.domain.access.scope import Scope
from app.domain.audit.entry import AuditKind
from app.domain.failures import ServiceError, Throttled, Unauthenticated
from app.services.access.credentials.authentication import KEY_MARK, Credential, Ending, secret_of
from app.web.audit.connection_entry import connection_entry
from app.web.auth.credentials import credential_of_operation, credential_of_page, credential_of_websocket
from app.web.auth.expected_viewer import check_viewer_of_operation, check_viewer_of_websocket
from app.web.edge.client_address import client_address
from app.web.edge.client_counts import ClientCounts
from app.web.edge.origins import AllowedOrigins
from app.web.edge.refusal import Refusal
from app.web.graphql.transport.http.streams import RETRY_SECONDS
from app.web.graphql.transport.http.view import CHALLENGE
from app.web.graphql.transport.websocket.wire import Close
from schema.context import Context

NOT_AUTHENTICATED: Final = 4401  # final for clients: the same credential would be refused again
CONNECT_AGAIN: Final = 4403  # clients come back with the credential that they have by then
TRY_LATER: Final = 1013

_ENDINGS: Final = {
    Ending.REVOKED: (NOT_AUTHENTICATED, "The credentials are not valid any more."),
    Ending.CHANGED: (CONNECT_AGAIN, "The credentials have expired, or give other rights now: connect again."),
    Ending.UNCONFIRMED: (TRY_LATER, "The credentials cannot be verified now: connect again later."),
}

_TOO_MANY: Final = "Too many connections with these credentials: try again later."
_IF_MANY_SHARE: Final = "If many clients share it, give each its own, or raise STOCKPULSE_MAX_WEBSOCKETS_PER_CLIENT."

ContextOf = Callable[[HTTPConnection, str, Principal], Context]


class Admission(Protocol):
    """How a server lets in operations and websockets."""

    def context(self, connection: HTTPConnection, request_id: str) -> Context | Awaitable[Context]:
        """Return the context of an operation. Raises Unauthenticated, and ServiceError where the database is away."""

    def websocket(self, websocket: WebSocket, end: Callable[[Close], None]) -> AbstractAsyncContextManager[None]:
        """Admit an initialised websocket, and call `end` when it may not go on. Entering raises Close."""

    def stream(self, connection: HTTPConnection, end: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Admit an event stream, and call `end` when it may not go on. Entering raises what `context` does."""

    async def principal(self, connection: HTTPConnection) -> Principal:
        """Return who asks for a page or a file. Raises Unauthenticated, Throttled and ServiceError."""

    async def refusal(self, connection: HTTPConnection, *, needed: Scope | None = None) -> Refusal | None:
        """Return why a page or a file, which may need a scope, is not served to a client; None where it is."""


class AuthenticatedOnly:
    """Admits who is authenticated."""

    def __init__(
        self,
        application_of: Callable[[HTTPConnection], Application],
        context_of: ContextOf,
        *,
        origins: AllowedOrigins,
        max_websockets: int | None = None,
    ) -> None:
        """`max_websockets` is how many a key or a person may have open here, streams included; None for any number."""
        self._application_of, self._context_of, self._origins = application_of, context_of, origins
        self._open = ClientCounts(maximum=max_websockets, advice=_IF_MANY_SHARE)

    def context(self, connection: HTTPConnection, request_id: str) -> Context | Awaitable[Context]:
        """Return the context of an operation, to be awaited where its credential was not verified lately."""
        credential = credential_of(connection)
        principal = self._application_of(connection).authenticator.known(credential)
        if principal is not None:
            return self._context(connection, request_id, credential, principal)
        return self._verified_context(connection, request_id, credential)

    async def _verified_context(self, connection: HTTPConnection, request_id: str, credential: Credential) -> Context:
        return self._context(connection, request_id, credential, await self._verified(connection, credential))

    def _context(
        self, connection: HTTPConnection, request_id: str, credential: Credential, principal: Principal
    ) -> Context:
        if isinstance(credential, str):  # only a session's cookie may become another's unnoticed
            check_viewer_of_operation(connection.scope, principal)
        return self._context_of(connection, request_id, principal)

    async def _verified(self, connection: HTTPConnection, credential: Credential) -> Principal:
        """Return the principal, slowly for an address that sends many keys which are not valid.

        Sessions are not counted: an office comes back in the morning with all its cookies of yesterday. Nor are tokens:
        one that is not valid costs no read, and each valid one is new every few minutes, when its neighbours' failures
        would keep it out. Raises Unauthenticated, Throttled and ServiceError.
        """
        application = self._application_of(connection)
        authenticator, failed_keys = application.authenticator, application.throttling.failed_keys
        if isinstance(credential, str) or authenticator.is_refused(credential):
            return await authenticator.principal(credential)
        address, text = client_address(connection.scope), secret_of(credential)
        if not text.startswith(KEY_MARK):
            return await authenticator.principal(credential)
        failed_keys.check(address=address, credential=text)
        try:
            principal = await authenticator.principal(credential)
        except Unauthenticated:
            failed_keys.failed(address=address, credential=text)
            raise
        failed_keys.succeeded(credential=text)
        return principal

    @asynccontextmanager
    async def websocket(self, websocket: WebSocket, end: Callable[[Close], None]) -> AsyncIterator[None]:
        """Admit a websocket by the payload of its first message, or by its handshake."""
        try:
            credential = credential_of_websocket(websocket, self._origins)
            principal = await self._verified(websocket, credential)
            check_viewer_of_websocket(websocket.state.connection_params, principal)
        except Unauthenticated as refusal:
            self._record(websocket, "UNAUTHENTICATED")
            raise Close(NOT_AUTHENTICATED, str(refusal)) from None
        except (ServiceError, Throttled) as failure:
            if isinstance(failure, Throttled):
                self._record(websocket, "THROTTLED")
            raise Close(TRY_LATER, str(failure)) from None
        websocket.state.credential = credential
        authenticator = self._application_of(websocket).authenticator
        with (
            self._open.counted(principal.actor) as has_room,
            authenticator.watching(credential, principal, lambda ending: end(Close(*_ENDINGS[ending]))),
        ):
            if not has_room:
                self._record(websocket, "THROTTLED", principal.actor)
                raise Close(TRY_LATER, _TOO_MANY)
            yield

    @asynccontextmanager
    async def stream(self, connection: HTTPConnection, end: Callable[[], None]) -> AsyncIterator[None]:
        """Admit an event stream by its request."""
        credential = credential_of(connection)
        principal = await self._verified(connection, credential)
        authenticator = self._application_of(connection).authenticator
        with (
            self._open.counted(principal.actor) as has_room,
            authenticator.watching(credential, principal, lambda _: end()),
        ):
            if not has_room:
                raise Throttled(_TOO_MANY, retry_after_seconds=RETRY_SECONDS)
            yield

    async def principal(self, connection: HTTPConnection) -> Principal:
        """Return who asks for a page or a file. Raises Unauthenticated, Throttled and ServiceError."""
        return await self._verified(connection, credential_of_page(connection.scope))

    async def refusal(self, connection: HTTPConnection, *, needed: Scope | None = None) -> Refusal | None:
        """Return why a page or a file, which may need a scope, is not served to a client; None where it is."""
        try:
            principal = await self.principal(connection)
        except Unauthenticated as error:
            self._record(connection, "UNAUTHENTICATED")
            return Refusal(401, str(error), "UNAUTHENTICATED", (CHALLENGE,))
        except Throttled as error:
            self._record(connection, "THROTTLED")
            return Refusal(429, str(error), "THROTTLED", (_retry_after(error.retry_after_seconds),))
        except ServiceError as error:
            return Refusal(503, str(error), "UNAVAILABLE")
        if needed is not None and needed not in principal.scopes:
            self._record(connection, "FORBIDDEN", principal.actor)
            return Refusal(403, f"This page needs the scope {needed}.", "FORBIDDEN")
        return None

    def _record(self, connection: HTTPConnection, code: str, principal: str | None = None) -> None:
        entry = connection_entry(connection, AuditKind.REFUSAL, code=code, principal=principal)
        self._application_of(connection).audit.record(entry)


class Everybody:
    """Admits every client and trusts it: only for servers that no stranger reaches."""

    def __init__(self, context_of: ContextOf) -> None:
        self._context_of = context_of

    def context(self, connection: HTTPConnection, request_id: str) -> Context:
        """Return a trusted context."""
        return self._context_of(connection, request_id, TRUSTED)

    @asynccontextmanager
    async def websocket(self, websocket: WebSocket, _: Callable[[Close], None]) -> AsyncIterator[None]:
        """Admit a websocket, for good."""
        websocket.state.credential = b""
        yield

    @asynccontextmanager
    async def stream(self, _: HTTPConnection, __: Callable[[], None]) -> AsyncIterator[None]:
        """Admit an event stream, for good."""
        yield

    async def principal(self, _: HTTPConnection) -> Principal:
        """Return the one that stands for every client."""
        return TRUSTED

    async def refusal(self, _: HTTPConnection, *, needed: Scope | None = None) -> Refusal | None:
        """Return None: who is trusted has every scope."""
        return None


def credential_of(connection: HTTPConnection) -> Credential:
    """Return the credential of a request, or the one that its websocket was admitted by. Raises Unauthenticated."""
    if connection.scope["type"] == "websocket":
        credential: Credential = connection.state.credential
        return credential
    return credential_of_operation(connection.scope)


def _retry_after(seconds: float) -> tuple[bytes, bytes]:
    return (b"retry-after", b"%d" % ceil(seconds))
