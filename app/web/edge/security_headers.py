"""Security headers of every response, whichever route it comes from.

Rule: a response's own headers win: a page says what it may load. GraphQL, the most frequent, sets its own headers and
does not pass here.
"""

from collections.abc import Collection
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.edge.client_address import is_secure

# Neither default-src covers the last three, nor does a missing one of them mean 'none'.
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DEVICES: Final = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
)


def permissions_policy(*, allowed: Collection[str] = ()) -> str:
    """Return the header by which a page uses these devices and no others, and frames in it none."""
    return ", ".join(f"{device}=({'self' if device in allowed else ''})" for device in _DEVICES)


DEFAULTS: Final = {
    "content-security-policy": NOTHING,
    "cross-origin-opener-policy": "same-origin",  # no page that opens ours, or that ours opens, holds its window
    "cross-origin-resource-policy": "same-origin",  # no page elsewhere embeds what is ours
    "permissions-policy": permissions_policy(),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",  # whether we are well is old at once
}
# A year, of this name only: its neighbours may have no certificate. Only what came by TLS may say it (RFC 6797, 7.2).
STRICT_TRANSPORT_SECURITY: Final = "max-age=31536000"


def with_security_headers(app: ASGIApp) -> ASGIApp:
    """Return the application with these headers on each response that lacks them."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DEFAULTS.items():
                    headers.setdefault(name, value)
                if is_secure(scope):
                    headers.setdefault("strict-transport-security", STRICT_TRANSPORT_SECURITY)
            await send(message)

        await app(scope, receive, send_with_headers)

    return served
