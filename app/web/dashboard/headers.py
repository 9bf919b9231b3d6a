"""What browsers may do with the dashboard.

Rule: nothing is loaded from another origin, no inline script or style runs, and no text becomes markup.
"""

from collections.abc import Mapping
from typing import Final

from app.web.edge.security_headers import permissions_policy

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types stockpulse",  # one policy, for the address of the service worker
    ]
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    # Scanning barcodes, and the display on the wall that must not go dark.
    "permissions-policy": permissions_policy(allowed={"camera", "screen-wake-lock"}),
}
PAGE_HEADERS: Final = {**HEADERS, "cache-control": "no-cache", "vary": "accept-encoding"}
