# ruff: noqa: ANN401 - JSON is of any type
"""What scanners of GraphQL servers try, tried on ours as it runs in production, by a partner with a read-only key."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.operations import seed
from tests.support.access import Administration

READER = Grant(scopes=frozenset({Scope.STOCK_READ, Scope.CATALOG_READ}))
TYPES = "{ __schema { types { name } } }"
CIRCULAR = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
ADJUST = (
    'mutation { stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: 1, reason: FOUND}) { level { onHand } } }'
)
READ = '{ item(sku: "TEA-1") { name } }'
DEEP = "{ item(sku: " + '"TEA-1") { stockLevels { nodes { item { ' * 9 + "name" + " }" * 27 + " }"


@pytest.fixture(scope="module")
async def partner(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client with a key that may read."""
    await seed(lasting_database)
    settings = settings_of(mongo_url, redis_url, lasting_database.name, auth="required", env="production")
    made = await Administration(settings).key("scanner", READER)
    async with opened(settings) as api:
        api.client.headers["authorization"] = made.header
        assert await Api(api.client).run(READ) == {"name": "Green Tea"}
        yield api.client


async def refused(client: httpx.AsyncClient, query: Any, **request: Any) -> list[str]:
    """Return the messages of a request that is refused as the client's fault, and reveals nothing else."""
    sent = request or {"method": "POST", "json": {"query": query}}
    response = await client.request(url="/graphql", **sent)
    assert 400 <= response.status_code < 500, response.text
    answer = response.json()
    assert answer.keys() == {"errors"}
    assert all(error.keys() <= {"message", "locations", "path", "extensions"} for error in answer["errors"])
    return [error["message"] for error in answer["errors"]]


@pytest.mark.parametrize("document", [TYPES, '{ __type(name: "Item") { name } }', f"{READ[:-1]} {TYPES[1:]}"])
async def test_the_schema_is_described_to_administrators_only(partner: httpx.AsyncClient, document: str) -> None:
    """Over introspection, whichever way it is asked for."""
    strict = {"accept": "application/graphql-response+json"}
    response = await partner.post("/graphql", json={"query": document}, headers=strict)
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "data" not in response.json()


async def test_the_page_that_shows_the_schema_is_for_administrators_only(partner: httpx.AsyncClient) -> None:
    """The page, and its files."""
    for path in ("/graphql", "/playground/main.js"):
        response = await partner.get(path, headers={"accept": "text/html"})
        assert (response.status_code, response.json()["errors"][0]["message"]) == (
            403,
            "This page needs the scope admin.",
        )


async def test_errors_do_not_suggest_names(partner: httpx.AsyncClient) -> None:
    """Which would describe the schema one guess after the other."""
    strict = {"accept": "application/graphql-response+json"}
    for document in ("{ itm { name } }", '{ item(sk: "x") { name } }', '{ item(sku: "x") { nme } }'):
        request = {"method": "POST", "json": {"query": document}, "headers": strict}
        assert not [message for message in await refused(partner, None, **request) if "Did you mean" in message]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (f"{{ {' '.join(f'a{n}: item(sku: {chr(34)}TEA-1{chr(34)}) {{ name }}' for n in range(500))} }}", "alias"),
        (f"{{ {'__typename ' * 2_000} }}", "repeat"),
        (f"{{ __typename {'@aa' * 500} }}", "directive"),
        (DEEP, "deep"),
        (CIRCULAR, "introspection"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "fragment"),
        (f"{{ item(sku: {chr(34)}{'x' * 200_000}{chr(34)}) {{ name }} }}", "characters"),
    ],
    ids=["aliases", "repeats", "directives", "depth", "circular introspection", "circular fragments", "length"],
)
async def test_an_overloaded_document_is_refused_before_it_runs(
    partner: httpx.AsyncClient, document: str, reason: str
) -> None:
    """By its shape alone, whatever it would have cost."""
    request = {
        "method": "POST",
        "json": {"query": document},
        "headers": {"accept": "application/graphql-response+json"},
    }
    messages = await refused(partner, None, **request)
    assert messages, reason


async def test_operations_come_one_by_one(partner: httpx.AsyncClient) -> None:
    """A batch would get around limits that are counted per request."""
    request = {"method": "POST", "json": [{"query": READ}] * 10}
    assert await refused(partner, None, **request) == ["Batches are not supported: send one operation per request."]


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "GET", "params": {"query": ADJUST}, "headers": {"graphql-preflight": "1"}},
        {"method": "GET", "params": {"query": READ}},
        {"method": "POST", "data": {"query": READ}},
        {"method": "POST", "content": f'{{"query": "{TYPES}"}}', "headers": {"content-type": "text/plain"}},
        {"method": "POST", "files": {"operations": "{}"}},
        {"method": "TRACE"},
        {"method": "PUT", "json": {"query": READ}},
    ],
    ids=["mutation by GET", "GET without a header", "form", "plain text", "multipart", "TRACE", "PUT"],
)
async def test_what_a_page_elsewhere_could_send_is_refused(
    partner: httpx.AsyncClient, request_: dict[str, Any]
) -> None:
    """Whatever credentials a browser would add."""
    await refused(partner, None, **request_)


async def test_nothing_traces_or_debugs(partner: httpx.AsyncClient) -> None:
    """No header and no parameter turns on what helps developers."""
    headers = {"x-apollo-tracing": "1", "x-debug": "1", "graphql-debug": "1"}
    response = await partner.post("/graphql?debug=1", json={"query": READ}, headers=headers)
    assert response.json() == {"data": {"item": {"name": "Green Tea"}}}
    assert not {"server", "x-powered-by"} & set(response.headers)


@pytest.mark.parametrize("path", ["/graphql", "/graphiql", "/playground", "/console", "/altair", "/.env", "/admin"])
async def test_no_page_is_served_to_strangers(partner: httpx.AsyncClient, path: str) -> None:
    """Neither GraphiQL nor anything else but the way to sign in; an unknown path is as unknown as a known one."""
    stranger = {"authorization": "", "accept": "text/html"}
    response = await partner.get(path, headers=stranger)
    assert response.status_code in {302, 303, 307, 401, 404}
    assert "graphiql" not in response.text.lower()


async def test_a_stranger_learns_nothing_of_documents(partner: httpx.AsyncClient) -> None:
    """What is valid and what is not is answered alike: the credentials come first."""
    answers = []
    for document in (READ, TYPES, "{ nothing }", "{"):
        response = await partner.post("/graphql", json={"query": document}, headers={"authorization": ""})
        assert response.status_code == 401
        [error] = response.json()["errors"]
        answers.append((error["message"], error["extensions"]["code"]))
    assert set(answers) == {(answers[0][0], "UNAUTHENTICATED")}
