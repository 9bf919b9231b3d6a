"""Settings of who is let in: what contradicts itself, or would let in strangers, ends the start."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config import Settings
from app.server.checks.access_settings import check_access
from app.server.checks.preflight import PreflightError

PROVIDER = {"oidc_issuer": "https://login.example", "oidc_audience": ("stock",)}


@pytest.mark.parametrize(
    "given",
    [{"auth": "required", "host": "0.0.0.0"}, {"auth": "none", "host": "::1"}, PROVIDER],  # noqa: S104
)
def test_what_fits_together_is_taken(given: dict[str, Any]) -> None:
    """Authentication anywhere, none on loopback, a provider with its audience."""
    check_access(Settings(**given))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"auth": "none", "host": "0.0.0.0"}, "STOCKPULSE_AUTH is none"),  # noqa: S104
        ({"auth": "none", "host": "stock.example"}, "STOCKPULSE_AUTH is none"),
        ({"oidc_audience": ("stock",)}, "STOCKPULSE_OIDC_AUDIENCE needs STOCKPULSE_OIDC_ISSUER"),
        ({**PROVIDER, "oidc_audience": ()}, "STOCKPULSE_OIDC_ISSUER needs STOCKPULSE_OIDC_AUDIENCE"),
        (
            {**PROVIDER, "oidc_jwks_url": "https://login.example/k", "oidc_secret": SecretStr("s" * 32)},
            "STOCKPULSE_OIDC_SECRET and STOCKPULSE_OIDC_JWKS_URL exclude each other",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(given: dict[str, Any], sentence: str) -> None:
    """In one sentence that says what to change."""
    with pytest.raises(PreflightError, match=sentence):
        check_access(Settings(**given))


@pytest.mark.parametrize(
    "given",
    [{"oidc_issuer": "http://login.example"}, {"oidc_jwks_url": "login.example"}, {"oidc_secret": SecretStr("s" * 31)}],
)
def test_what_anyone_on_the_way_could_forge_is_refused(given: dict[str, Any]) -> None:
    """Keys over plain HTTP, and a secret that can be guessed."""
    with pytest.raises(ValidationError):
        Settings(**given)
