# ruff: noqa: ANN401 - JSON is of any type
"""Trusted documents from their registration to their removal: over the API, and from the command line."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from app.cli.main import main
from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.store.driver.client import Database
from app.web.graphql.transport.request import hash_of
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.access import Administration, Made

REGISTER = """
mutation ($input: DocumentsRegisterInput!) {
  documentsRegister(input: $input) {
    documents { hash text registeredBy } operation { id } replayed userErrors { code message field }
  }
}
"""
REMOVE = "mutation ($input: DocumentsRemoveInput!) { documentsRemove(input: $input) { documents { hash } replayed } }"
LIST = "{ trustedDocuments { totalCount nodes { hash registeredBy } } }"
ONE = "query ($hash: String!) { trustedDocument(hash: $hash) { text } }"
KIND = "query Kind { __typename }"
ITEMS = "query Items { items { totalCount } }"
DECOMPOSED = '{ item(sku: "cafe\u0301") { sku } }'  # other texts are read in normal form C


@pytest.fixture(scope="module")
def settings(lasting_database: Database, mongo_url: str, redis_url: str) -> Settings:
    """Return the settings of a server that asks for credentials."""
    return settings_of(mongo_url, redis_url, lasting_database.name, auth="required")


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Served]:
    """Serve for the tests of the module."""
    async with served(settings) as server:
        yield server


@pytest.fixture(scope="module")
async def admin(settings: Settings, server: Served) -> Made:
    """Return the key of an administrator."""
    assert server.port
    return await Administration(settings).key("admin")


@pytest.fixture(scope="module")
async def till(settings: Settings, server: Served) -> Made:
    """Return a key that reads items, and runs registered documents only."""
    assert server.port
    administration = Administration(settings)
    made = await administration.key("till", Grant(scopes=frozenset({Scope.CATALOG_READ})))
    await administration.keep(structs.replace(made.key, documents_only=True))
    return made


async def run(server: Served, key: Made, query: str, **variables: Any) -> Any:
    """Return the one root field of an operation."""
    answer = (await server.api.post(query, variables, authorization=key.header)).json()
    assert answer.keys() == {"data"}, answer
    [value] = answer["data"].values()
    return value


async def by_hash(server: Served, key: Made, text: str) -> Any:
    """Return the answer to a request that names a document."""
    body = {"documentId": f"sha256:{hash_of(text)}"}
    return (await server.api.client.post("/graphql", json=body, headers={"authorization": key.header})).json()


async def test_what_an_administrator_registers_a_limited_key_may_run(server: Served, admin: Made, till: Made) -> None:
    """Until it is removed; whatever else the key sends is refused, and it registers nothing."""
    # given
    documents = [{"text": KIND}, {"text": ITEMS}, {"text": DECOMPOSED}]
    assert (await by_hash(server, till, ITEMS))["errors"][0]["message"] == "PersistedQueryNotFound"
    # when
    done = await run(server, admin, REGISTER, input={"documents": documents, "idempotencyKey": "k"})
    # then
    assert done == {
        "documents": [
            {"hash": hash_of(text), "text": text, "registeredBy": "key:admin"} for text in (KIND, ITEMS, DECOMPOSED)
        ],
        "operation": None,
        "replayed": False,
        "userErrors": [],
    }
    assert (await run(server, admin, REGISTER, input={"documents": documents, "idempotencyKey": "k"}))["replayed"]
    assert await by_hash(server, till, ITEMS) == {"data": {"items": {"totalCount": 0}}}
    assert await by_hash(server, till, DECOMPOSED) == {"data": {"item": None}}
    for text in ("{ __typename }", REGISTER, "{ __schema { types { name } } }"):
        response = await server.api.post(text, {"input": {"documents": documents}}, authorization=till.header)
        assert response.status_code == 403
    async with server.dial(authorization=till.header) as socket:
        assert await (await socket.start(ITEMS)).next() == {"totalCount": 0}
    assert await run(server, admin, ONE, hash=hash_of(KIND)) == {"text": KIND}
    listed = await run(server, admin, LIST)
    assert listed["totalCount"] == 3
    # when
    gone = await run(server, admin, REMOVE, input={"hashes": [hash_of(ITEMS), hash_of(ITEMS), "0" * 64]})
    # then
    assert gone == {"documents": [{"hash": hash_of(ITEMS)}], "replayed": False}
    assert (await by_hash(server, till, ITEMS))["errors"][0]["message"] == "PersistedQueryNotFound"
    assert await run(server, admin, ONE, hash=hash_of(ITEMS)) is None


async def test_a_document_that_the_schema_does_not_take_is_not_registered(server: Served, admin: Made) -> None:
    """Nor are those beside it; each is named with its first fault."""
    texts = ["{ __typename } #", "{ itemz }", "query {", "{ a: __typename }"]
    done = await run(server, admin, REGISTER, input={"documents": [{"text": text} for text in texts]})
    assert [(error["code"], error["field"]) for error in done["userErrors"]] == [
        ("INVALID_VALUE", ["documents", "1", "text"]),
        ("INVALID_VALUE", ["documents", "2", "text"]),
    ]
    assert done["userErrors"][0]["message"].startswith(
        "A document does not fit the schema: Cannot query field 'itemz' on type 'Query'."
    )
    assert await run(server, admin, ONE, hash=hash_of(texts[0])) is None


async def command(server: Served, key: Made, *arguments: str) -> Result:
    """Run `stockpulse documents`."""
    options = ["--url", f"http://127.0.0.1:{server.port}", "--key", key.text, "--patience", "0"]
    return await asyncio.to_thread(CliRunner().invoke, main, ["documents", *arguments, *options])


async def test_manifests_and_files_are_registered_from_the_command_line(
    server: Served, admin: Made, till: Made, tmp_path: Path
) -> None:
    """Those of compilers of clients, and a file of GraphQL byte for byte; listed, and removed again."""
    # given
    texts = [f"query Number{number} {{ __typename }}" for number in range(4)]
    by_hashes, apollo, plain = tmp_path / "relay.json", tmp_path / "apollo.json", tmp_path / "one.graphql"
    by_hashes.write_text(json.dumps({hash_of(texts[0]): texts[0], f"sha256:{hash_of(texts[1])}": texts[1]}))
    operations = [{"id": hash_of(texts[2]), "body": texts[2], "name": "Number2", "type": "query"}]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    apollo.write_text(json.dumps(manifest))
    plain.write_bytes(f"{texts[3]}\r\n".encode())
    ids = [f"sha256:{hash_of(text)}" for text in (*texts[:3], f"{texts[3]}\r\n")]
    # when
    done = await command(server, admin, "register", str(by_hashes), str(apollo), str(plain))
    # then
    assert (done.exit_code, done.output.splitlines()) == (0, [*ids, "Registered: 4 of 4."])
    assert [await by_hash(server, till, text) for text in texts[:3]] == [{"data": {"__typename": "Query"}}] * 3
    listed = await command(server, admin, "list")
    assert {line.partition("  ")[0] for line in listed.output.splitlines()} >= set(ids)
    assert "key:admin  query Number3 { __typename }" in listed.output
    removed = await command(server, admin, "remove", ids[0], ids[0].removeprefix("sha256:"), f"sha256:{'0' * 64}")
    assert removed.output.splitlines() == [f"{ids[0]}  removed", f"sha256:{'0' * 64}  was not registered"]
    assert (await by_hash(server, till, texts[0]))["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_what_cannot_be_registered_is_named(server: Served, admin: Made, till: Made, tmp_path: Path) -> None:
    """A manifest with other hashes, a file that is none, a document that does not fit, a key without the right."""
    wrong, none, unfit = tmp_path / "md5.json", tmp_path / "none.json", tmp_path / "unfit.graphql"
    wrong.write_text(json.dumps({"0" * 32: KIND}))
    none.write_text("[1]")
    unfit.write_text("{ itemz }")
    refused = await command(server, admin, "register", str(wrong))
    assert (refused.exit_code, "is not the SHA-256 of its text" in refused.output) == (2, True)
    assert (await command(server, admin, "register", str(none))).exit_code == 2
    named = await command(server, admin, "register", str(unfit))
    assert named.exit_code == 1
    assert f"sha256:{hash_of('{ itemz }')}: A document does not fit the schema" in named.output
    assert "Registered: 0 of 1." in named.output
    assert "FORBIDDEN" in (await command(server, till, "list")).output
