"""Settings of who is let in that contradict each other, or that are for one machine alone.

Rule: a server without authentication is never reachable from another machine.
"""

from app.config import PREFIX, Settings
from app.server.checks.preflight import PreflightError
from app.server.checks.safe_settings import is_loopback


def check_access(settings: Settings) -> None:
    """Raise PreflightError, with a sentence that names the setting to change."""
    if settings.auth == "none" and not is_loopback(settings.host):
        raise PreflightError(
            f"{PREFIX}AUTH is none, which lets in every client with all rights, and {settings.host} may be reached "
            f"from elsewhere. Set {PREFIX}AUTH=required, or listen on 127.0.0.1."
        )
    if settings.oidc_issuer is None:
        others = ("oidc_audience", "oidc_jwks_url", "oidc_secret")
        if given := [f"{PREFIX}{name.upper()}" for name in others if getattr(settings, name)]:
            raise PreflightError(f"{given[0]} needs {PREFIX}OIDC_ISSUER, the provider whose tokens it is about.")
    elif not settings.oidc_audience:
        raise PreflightError(
            f"{PREFIX}OIDC_ISSUER needs {PREFIX}OIDC_AUDIENCE: without it, tokens for other programs would be accepted."
        )
    elif settings.oidc_secret is not None and settings.oidc_jwks_url is not None:
        raise PreflightError(
            f"{PREFIX}OIDC_SECRET and {PREFIX}OIDC_JWKS_URL exclude each other: a provider signs with a secret, or "
            "with a key whose public half is known."
        )
