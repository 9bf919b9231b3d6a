"""What the dashboard asks of the whole application: its documents by hash, the build that is served, the sign-in."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs
from websockets.asyncio.client import connect

from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.store.driver.client import Database
from app.web.dashboard.documents import MANIFEST
from app.web.dashboard.page import BASE, BUILD, build_in
from tests.graphql.api import opened, settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.access import Administration

WHO = "query Who { items(first: 1) { totalCount } }"
KEYS = "query Keys { apiKeys(first: 1) { totalCount } }"
HASHES = {text: f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" for text in (WHO, KEYS)}
UNKNOWN = f"sha256:{'0' * 64}"
ANSWER = {"data": {"items": {"totalCount": 0}}}
ON_PURPOSE = {"graphql-preflight": "1"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return the folder of a dashboard with two documents."""
    folder = tmp_path / "dashboard"
    folder.mkdir()
    (folder / "index.html").write_text(BASE + BUILD)
    (folder / MANIFEST).write_text(json.dumps({digest: text for text, digest in HASHES.items()}))
    return folder


@pytest.fixture
def settings(database: Database, mongo_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a server that asks for credentials."""
    return settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)


@pytest.fixture
async def server(settings: Settings, built: Path) -> AsyncIterator[Served]:
    """Serve with that dashboard."""
    async with served(settings, dashboard=built) as server:
        yield server


def named(digest: str) -> dict[str, Any]:
    """Return what the dashboard sends."""
    return {"query": "", "documentId": digest, "variables": {}}


async def test_its_documents_run_by_hash_though_only_trusted_ones_may(
    server: Served, settings: Settings, built: Path
) -> None:
    """Over HTTP and websocket, in a session; within the scopes of who is there. The acknowledgement names the build."""
    administration = Administration(settings)
    key = await administration.key("till", Grant(scopes=frozenset({Scope.CATALOG_READ})))
    await administration.keep(structs.replace(key.key, documents_only=True))
    origin = f"http://localhost:{server.port}"
    async with httpx.AsyncClient(base_url=origin, headers={"origin": origin, **ON_PURPOSE}) as browser:
        assert (await browser.post("/graphql", json=named(HASHES[WHO]))).status_code == 401
        assert (await browser.post("/auth/sign-in", json={"key": key.text})).status_code == 200
        assert (await browser.post("/graphql", json=named(HASHES[WHO]))).json() == ANSWER
        assert (await browser.post("/graphql", json={"query": WHO})).json() == ANSWER
        codes = [
            (await browser.post("/graphql", json=body)).json()["errors"][0]["extensions"]["code"]
            for body in (named(HASHES[KEYS]), named(UNKNOWN), {"query": "{ __typename }"})
        ]
        assert codes == ["FORBIDDEN", "PERSISTED_QUERY_NOT_FOUND", "FORBIDDEN"]
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        headers = {"origin": origin, "cookie": cookie}
        async with connect(
            f"ws://localhost:{server.port}/graphql", subprotocols=["graphql-transport-ws"], additional_headers=headers
        ) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": {"build": "of yesterday"}}))
            build = build_in(built)
            assert build
            assert json.loads(await socket.recv()) == {"type": "connection_ack", "payload": {"build": build.id}}
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": named(HASHES[WHO])}))
            assert json.loads(await socket.recv()) == {"type": "next", "id": "1", "payload": ANSWER}
            assert json.loads(await socket.recv()) == {"type": "complete", "id": "1"}
            await socket.send(json.dumps({"type": "subscribe", "id": "2", "payload": named(UNKNOWN)}))
            refused = json.loads(await socket.recv())
            assert refused["type"] == "error"
            assert refused["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
            async with server.dial(authorization=key.header):
                pass  # who names no build is told none


async def test_where_nobody_signs_in_the_sign_in_leads_to_the_dashboard(settings: Settings, built: Path) -> None:
    """And so does the page of the account; the documents run without credentials."""
    async with opened(settings.model_copy(update={"auth": "none"}), dashboard=built) as api:
        for path in ("/sign-in?next=items/A", "/account"):
            page = await api.client.get(path)
            assert (page.status_code, page.headers["location"]) == (303, "./")
        assert (await api.client.get("/")).status_code == 200
        assert (await api.client.post("/graphql", json=named(HASHES[WHO]))).json() == ANSWER
