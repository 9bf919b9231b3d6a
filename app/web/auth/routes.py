"""Signing in and out, and who is signed in: the pages and what they call.

Rule: a session begins or ends only by a request that no page of another origin can make a browser send; the page loads
nothing from elsewhere, and runs no inline script.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from math import ceil
from typing import Final

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from app.bootstrap import Application
from app.config import Settings
from app.domain.access.api_key import ApiKey
from app.domain.access.scope import Scope as Scopes
from app.domain.access.user import User
from app.domain.audit.entry import OK, AuditKind
from app.domain.failures import Overloaded, ServiceError, Throttled, Unauthenticated
from app.domain.time import datetime_of
from app.web.audit.connection_entry import connection_entry
from app.web.auth.admission import Admission
from app.web.auth.credentials import NOT_ASKED, is_on_purpose
from app.web.auth.page_cookie import BROWSER, SESSION, InsecurePageError, is_local
from app.web.auth.pages import HEADERS, PAGE, page
from app.web.edge.client_address import client_address
from app.web.pages.static_file import StaticFile

DASHBOARD: Final = "./"  # relative, so that it also leads there below a path prefix
SIGN_IN_PATH: Final = "/sign-in"
ACCOUNT_PATH: Final = "/account"
_FILES: Final = ("account.js", "page.js", "sign-in.css", "sign-in.js")
OPEN_PATHS: Final = frozenset(
    {
        SIGN_IN_PATH,
        ACCOUNT_PATH,
        "/auth/sign-in",
        "/auth/sign-out",
        "/auth/session",
        *(f"/auth/{name}" for name in _FILES),
    }
)
MAX_BODY_BYTES: Final = 8_192  # a password has a thousand characters at most, each of four bytes
DEMO_KEYS: Final = {"admin": "demo-admin", "viewer": "demo-viewer"}  # what the page offers, and the keys behind it

ApplicationOf = Callable[[HTTPConnection], Application]
Handler = Callable[[Request], Awaitable[Response]]


class _SignIn(Struct, forbid_unknown_fields=True):
    """What the page sends: a name and a password, a key, or the name of a demo's key."""

    name: str | None = None
    password: str | None = None
    key: str | None = None
    demo: str | None = None


_read = Decoder(_SignIn).decode


class AuthRoutes:
    """The handlers of one server."""

    def __init__(self, admission: Admission, application_of: ApplicationOf, settings: Settings) -> None:
        self._admission, self._application_of, self._settings = admission, application_of, settings

    def routes(self) -> list[Route]:
        """Return the routes of the page, its files, and what it calls."""
        return [
            Route(SIGN_IN_PATH, self._page),
            Route(ACCOUNT_PATH, self._account_page),
            *(Route(f"/auth/{name}", _file(name)) for name in _FILES),
            Route("/auth/account", _answering(self._account)),
            Route("/auth/session", _answering(self._session)),
            Route("/auth/sign-in", _answering(self._sign_in), methods=["POST"]),
            Route("/auth/sign-out", _answering(self._sign_out), methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        if self._settings.auth == "none":
            return RedirectResponse(DASHBOARD, 303)
        return page("sign_in", request)

    async def _account_page(self, request: Request) -> Response:
        """Answer with the page, or lead to the one that signs in."""
        if self._settings.auth == "none":
            return RedirectResponse(DASHBOARD, 303)
        with suppress(Throttled, ServiceError):  # the page itself says what the matter is
            try:
                await self._admission.principal(request)
            except Unauthenticated:
                return RedirectResponse("sign-in?next=account", 303, {"cache-control": "no-store"})
        return page("account", request)

    async def _account(self, request: Request) -> Response:
        """Answer who is signed in, and what they may do."""
        principal = await self._admission.principal(request)
        visibility, limit, ends = principal.visibility, principal.approval_limit, principal.expires_at
        return JSONResponse(
            {
                "kind": principal.kind.value,
                "name": principal.name,
                "scopes": [scope.value for scope in Scopes if scope in principal.scopes],
                "locations": None if visibility.locations is None else sorted(visibility.locations),
                "categories": None if visibility.categories is None else sorted(visibility.categories),
                "approvalLimit": None if limit is None else str(limit),
                "documentsOnly": principal.documents_only,
                "expiresAt": None if ends is None else datetime_of(ends).isoformat(),
            },
            headers={"cache-control": "no-store"},
        )

    async def _session(self, request: Request) -> Response:
        """Answer who is signed in, and which keys of the demo may be used without typing."""
        try:
            principal = await self._admission.principal(request)
        except Unauthenticated:
            who = None
        else:
            who = {"kind": principal.kind.value, "name": principal.name}
        demo = [*DEMO_KEYS] if self._offers_demo(request.scope) else []
        return JSONResponse({"principal": who, "demo": demo})

    async def _sign_in(self, request: Request) -> Response:
        if not is_on_purpose(request.scope):
            return _failure(403, NOT_ASKED, "FORBIDDEN")
        sign_in, address = self._application_of(request).sign_in, client_address(request.scope)
        given = await _body(request)
        if given is None:
            return _failure(400, "Send a name and a password, or a key, as JSON.", "BAD_USER_INPUT")
        SESSION.set(request.scope, "")  # before anything else: raises where no browser would keep it
        former = SESSION.value(request.scope["headers"])
        of: ApiKey | User
        try:
            if given.key is not None:
                of, token = await sign_in.by_key(given.key, address=address)
            elif given.demo is not None:
                of, token = await self._demo(request, given.demo)
            else:
                browser = BROWSER.value(request.scope["headers"])
                name, password = given.name or "", given.password or ""
                of, token = await sign_in.by_password(name, password, address=address, browser=browser)
        except Unauthenticated as error:
            self._record(request, AuditKind.SIGN_IN_FAILED, code="UNAUTHENTICATED", principal=error.claimed)
            raise
        except Throttled:
            self._record(request, AuditKind.SIGN_IN_FAILED, code="THROTTLED")
            raise
        self._record(request, AuditKind.SIGN_IN, principal=of.actor)
        if former is not None:
            await sign_in.sign_out(former)
        kind, _, who = of.actor.partition(":")
        answer = JSONResponse({"principal": {"kind": kind, "name": who}})
        answer.headers["set-cookie"] = SESSION.set(request.scope, token)
        if isinstance(of, User):
            answer.headers.append("set-cookie", BROWSER.set(request.scope, sign_in.mark_of_browser(of)))
        return answer

    async def _demo(self, request: Request, name: str) -> tuple[ApiKey, str]:
        if name not in DEMO_KEYS or not self._offers_demo(request.scope):
            raise Unauthenticated("This server has no such key for its demo.")
        return await self._application_of(request).sign_in.without_key(DEMO_KEYS[name])

    async def _sign_out(self, request: Request) -> Response:
        if not is_on_purpose(request.scope):
            return _failure(403, NOT_ASKED, "FORBIDDEN")
        token = SESSION.value(request.scope["headers"])
        if token is not None:
            actor = await self._application_of(request).sign_in.sign_out(token)
            if actor is not None:
                self._record(request, AuditKind.SIGN_OUT, principal=actor)
        answer = Response(status_code=204)
        for cookie in SESSION.expired():
            answer.headers.append("set-cookie", cookie)
        return answer

    def _record(self, request: Request, kind: AuditKind, *, code: str = OK, principal: str | None = None) -> None:
        entry = connection_entry(request, kind, code=code, principal=principal)
        self._application_of(request).audit.record(entry)

    def _offers_demo(self, scope: Scope) -> bool:
        """Tell whether the machine's own user asks a server that shows its demo to them alone.

        A proxy on this machine looks like them; so what a proxy adds, and the old HTTP that many speak, are refused.
        """
        settings = self._settings
        return (
            settings.demo
            and settings.env == "development"
            and settings.auth == "required"
            and is_local(scope["headers"])
            and _is_loopback(settings.host)
            and _is_loopback(client_address(scope))
            and scope["http_version"] != "1.0"
            and not any(name in _OF_PROXIES or name.startswith(b"x-forwarded") for name, _ in scope["headers"])
        )


_OF_PROXIES: Final = frozenset(
    {
        b"forwarded",
        b"via",
        b"x-real-ip",
        b"x-client-ip",
        b"true-client-ip",
        b"cdn-loop",
        b"cf-connecting-ip",
        b"fastly-client-ip",
        b"fly-client-ip",
        b"x-envoy-external-address",
        b"x-original-host",
        b"x-request-start",
    }
)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _file(name: str) -> Handler:
    async def served(_: Request) -> Response:
        return StaticFile(PAGE / name, headers=HEADERS)

    return served


def _answering(handler: Handler) -> Handler:
    """Return a handler that answers failures in the form of GraphQL errors."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except InsecurePageError as error:
            return _failure(400, str(error), "BAD_USER_INPUT")
        except Unauthenticated as error:
            return _failure(401, str(error), "UNAUTHENTICATED")
        except Throttled as error:
            seconds = ceil(error.retry_after_seconds)
            return _failure(429, f"{error} Wait {seconds} s.", "THROTTLED", retry_after=seconds)
        except Overloaded as error:
            return _failure(503, str(error), "OVERLOADED", retry_after=error.retry_after_seconds)
        except ServiceError as error:
            return _failure(503, str(error), "UNAVAILABLE")

    return answered


def _failure(status: int, message: str, code: str, *, retry_after: int | None = None) -> Response:
    headers: dict[str, str] = {}
    extensions: dict[str, str | int] = {"code": code}
    if retry_after is not None:
        headers, extensions["retryAfterSeconds"] = {"retry-after": str(retry_after)}, retry_after
    return JSONResponse({"errors": [{"message": message, "extensions": extensions}]}, status, headers)


async def _body(request: Request) -> _SignIn | None:
    """Return what the page has sent; None where it is something else, or too long."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    try:
        return _read(body)
    except (DecodeError, ValidationError):
        return None
