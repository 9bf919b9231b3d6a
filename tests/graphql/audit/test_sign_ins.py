"""What the audit keeps of who comes in: sign-ins, sign-outs, what fails, and whom a partner app acts for."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from websockets.exceptions import ConnectionClosed

from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.domain.audit.entry import AuditEntry, AuditKind, AuditTransport
from app.services.audit.filters import AuditFilter
from app.services.paging import PageRequest
from app.store.audit.pages import MongoAuditPages
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, dial, served
from tests.graphql.operations import seed
from tests.support.access import Administration

PASSWORD = "correct horse battery staple"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ON_PURPOSE = {"graphql-preflight": "1"}
ADJUST = """mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { actor actingUser kind } userErrors { code } }
}"""
LEDGER = "{ movements(first: 3) { nodes { operation { actingUser } } } }"
SALE = {"sku": "CUP-1", "location": "MAIN", "delta": -1, "reason": "SALE"}


@pytest.fixture
async def shop(
    database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Served, Administration]]:
    """Return a server that asks for credentials."""
    await seed(database)
    settings = settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path, audit_wait=True)
    async with served(settings) as server:
        yield server, Administration(settings)


async def recorded(database: Database, number: int) -> list[AuditEntry]:
    """Return the entries, the oldest first, once there are so many."""
    while True:
        page = await MongoAuditPages(database).entries(AuditFilter(), page=PageRequest(first=250))
        if len(page.nodes) >= number:
            return [each.entry for each in reversed(page.nodes)]


async def test_who_signs_in_and_out_and_who_fails_is_recorded(
    shop: tuple[Served, Administration], database: Database
) -> None:
    """A name that exists is named, whatever the password was; no password is anywhere, nor is a name that is none."""
    server, administration = shop
    grant = Grant(scopes=frozenset({Scope.CATALOG_READ}))
    await administration.keep(User(name="anna", display_name="Anna", grant=grant, password_hash=HASH))
    origin = f"http://localhost:{server.port}"
    headers = {"origin": origin, "sec-fetch-site": "same-origin", **ON_PURPOSE}
    async with httpx.AsyncClient(base_url=origin, headers=headers) as browser:
        for given in (
            {"name": "anna", "password": "hunter2"},
            {"name": "hunter2", "password": "x"},
            {"key": "sp_aaaaaaaa_hunter2"},
            {"name": "anna", "password": PASSWORD},
        ):
            await browser.post("/auth/sign-in", json=given)
        await browser.post("/auth/sign-out", headers={"x-request-id": "bye"})
        assert (await browser.post("/graphql", json={"query": "{ __typename }"})).status_code == 401
        await browser.get("/playground")
    with pytest.raises(ConnectionClosed, match="4401"):
        async with dial(server.port):
            pass
    found = await recorded(database, 8)
    assert [(each.kind, each.principal, each.codes) for each in found[:5]] == [
        (AuditKind.SIGN_IN_FAILED, "person:anna", ("UNAUTHENTICATED",)),
        (AuditKind.SIGN_IN_FAILED, None, ("UNAUTHENTICATED",)),
        (AuditKind.SIGN_IN_FAILED, None, ("UNAUTHENTICATED",)),
        (AuditKind.SIGN_IN, "person:anna", ("OK",)),
        (AuditKind.SIGN_OUT, "person:anna", ("OK",)),
    ]
    assert {(each.kind, each.principal, each.codes, each.address) for each in found[5:]} == {
        (AuditKind.REFUSAL, None, ("UNAUTHENTICATED",), "127.0.0.1")
    }
    assert {each.transport for each in found[5:]} == {AuditTransport.HTTP, AuditTransport.WEBSOCKET}
    assert found[4].request_id == "bye"
    assert "hunter2" not in str(await database["audit"].find().to_list(None))


async def test_a_key_names_the_person_that_it_acts_for(shop: tuple[Served, Administration], database: Database) -> None:
    """By a header or with the operation, which goes before; a person who is no key may not, nor may a text be odd."""
    server, administration = shop
    till = await administration.key("till-7", Grant(scopes=frozenset({Scope.STOCK_WRITE})))
    url = f"http://localhost:{server.port}/graphql"
    async with httpx.AsyncClient(headers={"authorization": till.header}) as http:

        async def sell(headers: Any = None, **extensions: Any) -> Any:  # noqa: ANN401 - JSON
            body = {"query": ADJUST, "variables": {"input": SALE}, "extensions": extensions}
            return (await http.post(url, json=body, headers=headers)).json()

        named = {"stockpulse-acting-user": "Zoë B.".encode()}
        by_header, by_extension, without = (
            await sell(named, actingUser=None),
            await sell(named, actingUser="Ben"),
            await sell(),
        )
        ledger = (await http.post(url, json={"query": LEDGER})).json()["data"]["movements"]["nodes"]
        odd = [await sell(actingUser=each) for each in ("", "x" * 201, "a\nb", 7)]
        odd.append(await sell([("stockpulse-acting-user", name) for name in ("Ben", "Cleo")]))
    operations = [each["data"]["stockAdjust"]["operation"] for each in (by_header, by_extension, without)]
    assert [(each["actor"], each["actingUser"]) for each in operations] == [
        ("key:till-7", "Zoë B."),
        ("key:till-7", "Ben"),
        ("key:till-7", None),
    ]
    assert [each["operation"]["actingUser"] for each in ledger] == [None, "Ben", "Zoë B."]
    assert [each["errors"][0]["extensions"]["code"] for each in odd] == ["BAD_USER_INPUT"] * 5
    async with dial(server.port, authorization=till.header) as socket:
        payload = {"query": ADJUST, "variables": {"input": SALE}, "extensions": {"actingUser": "Cleo"}}
        await socket.connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        answer = json.loads(await socket.connection.recv())["payload"]["data"]["stockAdjust"]["operation"]
        assert (answer["actor"], answer["actingUser"]) == ("key:till-7", "Cleo")
    found = await recorded(database, 4)
    assert [(each.principal, each.acting_user) for each in found if each.kind is AuditKind.MUTATION] == [
        ("key:till-7", "Zoë B."),
        ("key:till-7", "Ben"),
        ("key:till-7", None),
        ("key:till-7", "Cleo"),
    ]


async def test_what_a_key_may_not_do_is_recorded_with_what_it_wanted(
    shop: tuple[Served, Administration], database: Database
) -> None:
    """A missing scope, over either transport, and of a query too: the principal, the fields and the variables."""
    server, administration = shop
    reader = await administration.key("reader", Grant(scopes=frozenset({Scope.CATALOG_READ})))
    url = f"http://localhost:{server.port}/graphql"
    async with httpx.AsyncClient(headers={"authorization": reader.header}) as http:
        for body in ({"query": ADJUST, "variables": {"input": SALE}}, {"query": LEDGER}):
            answer = (await http.post(url, json=body)).json()
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    async with dial(server.port, authorization=reader.header) as socket:
        feed = await socket.start(ADJUST, input=SALE)
        assert (await feed.message())["type"] == "error"
    found = await recorded(database, 3)
    assert [(each.kind, each.principal, each.codes, each.fields, each.variables) for each in found] == [
        (AuditKind.REFUSAL, "key:reader", ("FORBIDDEN",), ("stockAdjust",), {"input": SALE}),
        (AuditKind.REFUSAL, "key:reader", ("FORBIDDEN",), ("movements",), None),
        (AuditKind.REFUSAL, "key:reader", ("FORBIDDEN",), ("stockAdjust",), {"input": SALE}),
    ]
