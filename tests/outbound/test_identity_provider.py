"""Fetching the keys of an identity provider over real HTTP, and a token by them against the whole application."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from app.domain.failures import ProviderUnavailable
from app.outbound import identity_provider
from app.outbound.identity_provider import MAX_DOCUMENT_BYTES, IdentityProvider
from app.services.access.credentials.failed_keys import FREE_FAILURES
from app.store.driver.client import Database
from tests.graphql.api import opened, settings_of
from tests.unit.access.test_tokens import ED_KEY, PUBLISHED
from tests.web.toy import serve

QUERY = "{ items(first: 1) { totalCount } }"


@asynccontextmanager
async def provider(**documents: Any) -> AsyncIterator[str]:  # noqa: ANN401 - JSON
    """Serve documents by name, and the discovery document; yield the issuer."""

    async def discovery(request: Request) -> Response:
        issuer = str(request.base_url).rstrip("/")
        return JSONResponse({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **documents.get("discovery", {})})

    async def keys(_: Request) -> Response:
        found = documents.get("keys", PUBLISHED)
        return found if isinstance(found, Response) else JSONResponse(found)

    app = Starlette(routes=[Route(identity_provider.DISCOVERY, discovery), Route("/keys", keys)])
    async with serve(app) as (_, port):
        yield f"http://127.0.0.1:{port}"


async def fetched(issuer: str, key_set_url: str | None = None) -> object:
    """Fetch the key set."""
    async with IdentityProvider(issuer=issuer, key_set_url=key_set_url) as identity:
        return await identity.key_set()


async def test_keys_are_where_the_issuer_says_or_the_operator() -> None:
    """An operator's address needs no discovery."""
    async with provider() as issuer:
        assert await fetched(issuer) == PUBLISHED
        assert await fetched("https://login.example", f"{issuer}/keys") == PUBLISHED


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(2 * MAX_DOCUMENT_BYTES // 1_000):
        yield b"x" * 1_000


async def _slow() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "documents",
    [
        {"keys": Response("no JSON")},
        {"keys": JSONResponse(PUBLISHED, 500)},
        {"keys": RedirectResponse("/elsewhere")},
        {"keys": StreamingResponse(_endless())},
        {"keys": StreamingResponse(_slow())},
        {"discovery": {"issuer": "https://evil.example"}},
        {"discovery": {"jwks_uri": "http://keys.example/"}},
        {"discovery": {"jwks_uri": 5}},
    ],
    ids=["not JSON", "500", "redirect", "endless", "slow", "another issuer", "plain HTTP", "no address"],
)
async def test_what_a_provider_answers_is_bounded_and_checked(
    documents: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch ends in time, and what it raises names no host to clients."""
    monkeypatch.setattr(identity_provider, "FETCH_SECONDS", 0.5)
    async with provider(**documents) as issuer:
        with pytest.raises(ProviderUnavailable) as raised:
            await fetched(issuer)
        assert "127.0.0.1" not in str(raised.value)


async def test_a_token_is_a_credential_of_the_api(
    database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """With what its claims allow; while the provider is away, the answer is that nobody can tell."""
    now = int(time.time())
    claims = {"aud": "stock", "sub": "anna", "iat": now, "exp": now + 60, "stockpulse_roles": ["viewer"]}
    async with provider() as issuer:
        settings = settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)
        update = {"oidc_issuer": issuer, "oidc_audience": ("stock",)}
        async with opened(settings.model_copy(update=update)) as api:

            async def status(**others: object) -> int:
                token = jwt.encode({"iss": issuer, **claims, **others}, ED_KEY, "EdDSA", headers={"kid": "EdDSA"})
                return (await api.post(QUERY, authorization=f"Bearer {token}")).status_code

            assert await status() == 200
            assert await status(stockpulse_roles=["unknown"]) == 403
            wrong = [await status(aud=f"elsewhere-{n}") for n in range(FREE_FAILURES + 1)]
            assert wrong == [401] * len(wrong)
            assert await status(exp=now + 59) == 200  # a new one, which its neighbours do not slow
        away = {**update, "oidc_jwks_url": "http://127.0.0.1:9/keys"}
        async with opened(settings.model_copy(update=away)) as api:
            assert await status() == 503
