"""Who is served metrics, and in which form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from app.config import Settings
from app.telemetry.exposition import Exposer
from app.telemetry.metrics import Metrics
from app.web.observation.metrics_page import metrics_routes

TOKEN = "metrics-0123456789abcdef"


async def _nothing() -> None:
    return None


@asynccontextmanager
async def scraper(*, peer: str = "127.0.0.1", **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client of a page of metrics, which has this address."""
    exposer = Exposer(Metrics(), refresh=_nothing)
    app = Starlette(routes=metrics_routes(Settings(**settings), exposer.exposition))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, client=(peer, 4_711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer \xff"]
)
async def test_with_a_token_set_nothing_else_is_served(header: str) -> None:
    """Who has not the token gets 401 with a challenge, on this machine, too."""
    async with scraper(metrics_token=TOKEN) as client:
        headers = [("authorization", header.encode("latin-1"))] if header else []
        answer = await client.get("/metrics", headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "STOCKPULSE_METRICS_TOKEN" in answer.text


@pytest.mark.parametrize(
    ("accept", "media_type", "end"),
    [
        ("*/*", "text/plain; version=0.0.4; charset=utf-8", ""),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0", "# EOF\n"),
    ],
)
async def test_the_token_opens_metrics_in_either_form(accept: str, media_type: str, end: str) -> None:
    """From anywhere, in production as well."""
    async with scraper(peer="192.0.2.7", env="production", metrics_token=TOKEN) as client:
        answer = await client.get("/metrics", headers={"authorization": f"bearer {TOKEN}", "accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.text.endswith(end)
    assert "# HELP stockpulse_requests_total " in answer.text or end


@pytest.mark.parametrize(
    ("peer", "env", "headers", "status"),
    [
        ("127.0.0.1", "development", {}, 200),
        ("::1", "development", {}, 200),
        ("192.0.2.7", "development", {}, 403),
        ("127.0.0.1", "production", {}, 403),
        ("127.0.0.1", "development", {"x-forwarded-for": "127.0.0.1"}, 403),
        ("127.0.0.1", "development", {"forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.1", "development", {"via": "1.1 proxy"}, 403),
    ],
)
async def test_without_a_token_only_this_machine_is_served_in_development(
    peer: str, env: str, headers: dict[str, str], status: int
) -> None:
    """A peer on this machine may be a proxy of clients elsewhere: then it says so, and gets nothing."""
    async with scraper(peer=peer, env=env) as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("token", ["short", "with a blank in it", "0123456789abcdeé"])
def test_a_token_that_cannot_be_sent_or_is_guessed_is_refused(token: str) -> None:
    """The start ends with one sentence."""
    with pytest.raises(ValueError, match="16 characters at least, of ASCII and without blanks"):
        Settings(metrics_token=token)  # type: ignore[arg-type]
