"""Who is let in, over HTTP and websocket, and for how long: the whole application over a real database."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed

from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.domain.time import Moment
from app.live.access_channel import AccessChannel
from app.security.secret_key import new_secret_key
from app.store.driver.client import Database
from app.store.mapping import names
from tests.conformance.__main__ import main as conformance
from tests.graphql.api import opened, settings_of
from tests.graphql.live.sockets import Served, dial, served
from tests.support.access import Administration, Made
from tests.support.waiting import eventually

QUERY = "{ items(first: 1) { totalCount } }"
LIVE = 'subscription { stockLevels(filter: { skus: ["NONE"] }) { kind } }'
PROMISE_SECONDS = 5.0


@pytest.fixture(scope="module")
def settings(
    lasting_database: Database, mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Return the settings of a server that asks for credentials."""
    return settings_of(
        mongo_url, redis_url, lasting_database.name, auth="required", data_dir=tmp_path_factory.mktemp("keys")
    )


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Served]:
    """Serve for the tests of the module."""
    async with served(settings) as server:
        yield server


@pytest.fixture
def administration(settings: Settings) -> Administration:
    """Return who makes keys."""
    return Administration(settings)


def redis_of(settings: Settings) -> str:
    """Return the URL of Redis."""
    assert settings.redis_url
    return settings.redis_url.get_secret_value()


async def refused(server: Served, payload: str | None) -> tuple[int, str]:
    """Open a websocket with an invalid credential; return how it is closed."""
    with pytest.raises(ConnectionClosed) as closed:
        async with dial(server.port, authorization=payload):
            pass
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_without_credentials_nothing_is_served_but_health(server: Served) -> None:
    """And pages that hold no data; GraphiQL sends browsers to the sign-in. No file of it, nor what does not exist."""
    for path in ("/playground/main.js", "/nothing", "/graphql/"):
        page = await server.api.client.get(path, headers={"accept": "text/html"})
        assert (page.status_code, page.headers["www-authenticate"]) == (401, "Bearer")
    page = await server.api.client.get("/graphql", headers={"accept": "text/html"})
    assert (page.is_redirect, page.headers["location"]) == (True, "sign-in?next=graphql")
    for path in ("/", "/items/TEA-001"):
        assert (await server.api.client.get(path)).headers["content-type"].startswith("text/html")
    assert (await server.api.client.get("/livez")).text == "ok"
    assert (await server.api.client.get("/readyz")).json()["status"] == "ok"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sp_abcdefghij_" + "A" * 43, "Basic dDpz", "a.b.c"])
async def test_no_operation_begins_without_valid_credentials(server: Served, header: str | None) -> None:
    """The answer does not say what is wrong with them."""
    response = await server.api.post(QUERY, **({} if header is None else {"authorization": header}))
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert [each["extensions"]["code"] for each in response.json()["errors"]] == ["UNAUTHENTICATED"]
    assert "data" not in response.json()
    assert (await refused(server, header))[0] == 4401


async def test_a_key_is_a_credential_of_requests_and_websockets(server: Served, administration: Administration) -> None:
    """In the header, in the payload, or in the header of the handshake; but once."""
    key = await administration.key("both-ways")
    assert (await server.api.post(QUERY, authorization=key.header)).json().keys() == {"data"}
    twice = [("authorization", key.header), ("authorization", key.header)]
    assert (await server.api.client.post("/graphql", json={"query": QUERY}, headers=twice)).status_code == 401
    for options in ({"authorization": key.header}, {"additional_headers": {"authorization": key.header}}):
        async with dial(server.port, **options) as socket:
            assert (await (await socket.start(QUERY)).next())["totalCount"] == 0


async def test_a_revoked_key_ends_within_five_seconds_though_no_process_hears_of_it(
    server: Served, administration: Administration
) -> None:
    """Its requests, its running subscription and its idle websocket; another key's go on."""
    lost, kept = await administration.key("lost"), await administration.key("kept")
    async with (
        dial(server.port, authorization=lost.header) as running,
        dial(server.port, authorization=lost.header) as idle,
        dial(server.port, authorization=kept.header) as other,
    ):
        await running.start(LIVE)
        await other.start(LIVE)
        assert (await server.api.post(QUERY, authorization=lost.header)).status_code == 200
        await administration.revoke(lost)
        began = time.monotonic()
        codes = [(await socket.closed())[0] for socket in (running, idle)]
        assert codes == [4401, 4401]
        assert time.monotonic() - began < PROMISE_SECONDS
        assert (await server.api.post(QUERY, authorization=lost.header)).status_code == 401
        await other.nothing_waits()


async def test_what_is_announced_ends_at_once(
    server: Served, settings: Settings, administration: Administration
) -> None:
    """A revocation, and a role that changes: then clients connect again, with other rights."""
    clerk = Role(name="seller", scopes=frozenset({Scope.CATALOG_READ}))
    await administration.keep(clerk)
    sold = await administration.key("sold", Grant(roles=frozenset({"seller"})))
    lost = await administration.key("announced")
    async with (
        AccessChannel(redis_of(settings), namespace=settings.mongo_database) as channel,
        dial(server.port, authorization=lost.header) as revoked,
        dial(server.port, authorization=sold.header) as changed,
    ):
        await administration.revoke(lost)
        await channel.announce({"key:announced"})
        assert (await revoked.closed())[0] == 4401
        await administration.keep(Role(name="seller", scopes=frozenset()))
        await channel.announce({"role:seller"})
        assert (await changed.closed())[0] == 4403
    assert (await server.api.post(QUERY, authorization=sold.header)).status_code == 403


async def test_a_key_that_expires_takes_its_websockets_along(server: Served, administration: Administration) -> None:
    """With the code after which clients come back with another."""
    key: Made = await administration.key("short", expires_at=Moment(time.time_ns() // 1_000 + 700_000))
    async with dial(server.port, authorization=key.header) as socket:
        assert (await socket.closed())[0] == 4403
    assert (await refused(server, key.header))[0] == 4401


async def test_a_key_that_is_revoked_takes_its_event_streams_along(
    server: Served, settings: Settings, administration: Administration
) -> None:
    """They end without `complete`, so that the client asks again, and is refused; what they do not see is hidden."""
    lost = await administration.key("streaming")
    headers = {"authorization": lost.header, "accept": "text/event-stream"}
    async with (
        AccessChannel(redis_of(settings), namespace=settings.mongo_database) as channel,
        server.api.client.stream("POST", "/graphql", json={"query": LIVE}, headers=headers) as stream,
    ):
        assert stream.status_code == 200
        await administration.revoke(lost)
        await channel.announce({"key:streaming"})
        assert set((await stream.aread()).decode().split("\n\n")) <= {":", ""}
    response = await server.api.client.post("/graphql", json={"query": LIVE}, headers=headers)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


async def test_the_whole_application_keeps_to_the_protocol(server: Served, administration: Administration) -> None:
    """By the command that tests any server; see tests/conformance."""
    key, shown = await administration.key("conforming"), list[str]()
    options = {
        "url": f"ws://127.0.0.1:{server.port}/graphql",
        "init": json.dumps({"authorization": key.header}),
        "refused-init": json.dumps({"authorization": "Bearer sp_nothing"}),
        "query": QUERY,
        "open": "subscription { movements { cursor } }",
        "max-message-bytes": "65536",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    assert await asyncio.to_thread(conformance, arguments, show=shown.append) == 0, shown
    assert await asyncio.to_thread(conformance, arguments[:1], show=shown.append) == 2
    assert "takes no connection: the connection ended: closed with 4401" in shown[-1]


async def test_a_server_without_authentication_says_so_at_its_start(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And trusts every client."""
    async with opened(settings.model_copy(update={"auth": "none"})) as api:
        assert (await api.post(QUERY)).status_code == 200
    assert "STOCKPULSE_AUTH is none" in caplog.text


async def test_a_key_in_use_is_dated_and_outlives_the_master_key_it_was_hashed_with(
    settings: Settings, lasting_database: Database
) -> None:
    """Its hash is made anew when it is used, so that the former master key can be taken away."""
    former, present = new_secret_key(), new_secret_key()
    key = await Administration(with_keys(settings, former)).key("rotated")

    async def is_kept_anew() -> bool:
        stored = await lasting_database[names.ACCESS_KEYS].find_one({"_id": "rotated"})
        return bool(stored["last_used_at"]) and stored["secrets"][0]["hash"] != key.key.secrets[0].hash

    async with opened(with_keys(settings, f"{present} {former}")) as api:
        assert (await api.post(QUERY, authorization=key.header)).status_code == 200
        await eventually(is_kept_anew)
    for master_key, status in {present: 200, former: 401}.items():
        async with opened(with_keys(settings, master_key)) as api:
            assert (await api.post(QUERY, authorization=key.header)).status_code == status


def with_keys(settings: Settings, text: str) -> Settings:
    """Return the settings with these master keys."""
    return settings.model_copy(update={"secret_keys": SecretStr(text)})
