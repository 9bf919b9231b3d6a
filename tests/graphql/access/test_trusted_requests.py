# ruff: noqa: ANN401 - JSON is of any type
"""Requests that name a registered document by its hash, over HTTP and websocket."""

import json
from typing import Any

import pytest

from app.domain.access.scope import Scope
from app.web.graphql import GraphQLApp, Limits
from app.web.graphql.transport.request import hash_of
from tests.graphql.access.gate import client, client_of, engine
from tests.web.toy import dial, hear, say, serve

ASK = {"x-requested-with": "test"}
KIND = "query Kind { __typename }"
SEVERAL = "query A { __typename } query B { a: __typename }"
LIST = "query List { items(first: 1) { nodes { sku } } }"
CHANGE = "mutation Sell($input: SaleRecordInput!) { saleRecord(input: $input) { replayed } }"
TEXTS = {hash_of(text): text for text in (KIND, SEVERAL, LIST, CHANGE)}
UNKNOWN = hash_of("{ __typename }")
DATA = {"data": {"__typename": "Query"}}


async def registered(_: Any, digest: str) -> str | None:
    """Return the document of a hash."""
    return TEXTS.get(digest)


def document_id(text: str) -> dict[str, Any]:
    """Return the member of GraphQL over HTTP that names a document."""
    return {"documentId": f"sha256:{hash_of(text)}"}


def persisted(text: str, **others: Any) -> dict[str, Any]:
    """Return the members by which Apollo's clients name a document."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}}, **others}


@pytest.mark.parametrize("body", [document_id(KIND), persisted(KIND), persisted(KIND, query=KIND), {"query": KIND}])
@pytest.mark.parametrize("documents_only", [True, False])
async def test_a_registered_document_is_run_by_its_hash(body: dict[str, Any], *, documents_only: bool) -> None:
    """In both forms, by GET, POST and websocket, by those who may run others and those who may not."""
    options: dict[str, Any] = {"trusted_text": registered, "documents_only": documents_only}
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    async with client(**options) as http, serve(GraphQLApp(engine(**options))) as (_, port), dial(port) as socket:
        assert (await http.post("/graphql", json=body)).json() == DATA
        assert (await http.get("/graphql", params=parameters, headers=ASK)).json() == DATA
        await say(socket, type="subscribe", id="1", payload=body)
        assert (await hear(socket))["payload"] == DATA


SERVING: list[dict[str, Any]] = [{}, {"trusted_text": registered}, {"trusted_text": registered, "documents_only": True}]


@pytest.mark.parametrize("body", [{"documentId": f"sha256:{UNKNOWN}"}, persisted("{ __typename }")])
@pytest.mark.parametrize("options", SERVING)
async def test_a_hash_that_is_not_registered_is_not_found(body: Any, options: dict[str, Any]) -> None:
    """In the form in which Apollo's clients understand that they have to send the text."""
    async with client(**options) as http, serve(GraphQLApp(engine(**options))) as (_, port), dial(port) as socket:
        answer = (await http.post("/graphql", json=body)).json()
        await say(socket, type="subscribe", id="1", payload=body)
        for [error] in (answer["errors"], (await hear(socket))["payload"]):
            assert (error["message"], error["extensions"]["code"]) == (
                "PersistedQueryNotFound",
                "PERSISTED_QUERY_NOT_FOUND",
            )


async def test_a_text_that_comes_with_its_hash_is_run_and_never_registered() -> None:
    """By whoever may run any document; by others it is refused, and so is any text that is not registered."""
    body = persisted("{ __typename }", query="{ __typename }")
    async with client(trusted_text=registered) as http:
        assert (await http.post("/graphql", json=body)).json() == DATA
        assert "errors" in (await http.post("/graphql", json=persisted("{ __typename }"))).json()
    limited = engine(trusted_text=registered, documents_only=True)
    async with (
        client(trusted_text=registered, documents_only=True) as http,
        serve(GraphQLApp(limited)) as (_, port),
        dial(port) as socket,
    ):
        for each in (body, {"query": "{ __typename }"}, {"query": f"{KIND} "}, {"query": "{ __schema { types } }"}):
            response = await http.post("/graphql", json=each)
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
            await say(socket, type="subscribe", id="1", payload=each)
            assert (await hear(socket))["payload"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_scopes_methods_operations_and_inputs_are_checked_as_ever() -> None:
    """A document that is trusted gives no rights, and its variables none."""
    async with client(Scope.STOCK_READ, Scope.ORDERS_WRITE, trusted_text=registered) as http:
        refused = await http.post("/graphql", json=document_id(LIST))
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["scope"]) == (403, "catalog:read")
        assert (await http.get("/graphql", params=document_id(CHANGE), headers=ASK)).status_code == 405
        chosen = await http.post("/graphql", json={**document_id(SEVERAL), "operationName": "B"})
        assert chosen.json() == {"data": {"a": "Query"}}
        [error] = (await http.post("/graphql", json=document_id(SEVERAL))).json()["errors"]
        assert "operationName" in error["message"]
        given = {"input": {"lines": [{"sku": "A", "location": "B", "quantity": 1}] * 2_001}}
        [error] = (await http.post("/graphql", json={**document_id(CHANGE), "variables": given})).json()["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["maximum"] == 2_000


async def test_only_what_is_not_trusted_has_a_maximum_of_its_cost() -> None:
    """Whoever registered the document has decided that."""
    limits = Limits(max_cost=0)
    async with client(trusted_text=registered, limits=limits) as http:
        assert (await http.post("/graphql", json=document_id(KIND))).json() == DATA
        [error] = (await http.post("/graphql", json={"query": "{ __typename }"})).json()["errors"]
        assert error["extensions"]["code"] == "COST_EXCEEDED"


async def test_a_trusted_document_is_prepared_once() -> None:
    """Every request finds the same, parsed and valid."""
    made = engine(trusted_text=registered)
    async with client_of(made) as http:
        for _ in range(3):
            assert (await http.post("/graphql", json=document_id(KIND))).json() == DATA
    assert (len(made.trusted_documents), len(made.documents)) == (1, 0)
    assert made.trusted_documents.get(KIND) is made.trusted_documents.get(KIND)


NO_ID = "'documentId' must be 'sha256:' and 64 lower-case hexadecimal digits."
NO_QUERY = "'query' is required and must be a string."
MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"documentId": "sha256:1"}, NO_ID),
    ({"documentId": f"sha256:{UNKNOWN.upper()}"}, NO_ID),
    ({"documentId": 5}, NO_ID),
    ({**document_id(KIND), "query": KIND}, "Give either 'query' or 'documentId'."),
    (persisted(KIND, query="{ a }"), "The provided sha256Hash does not match the query."),
    (persisted(KIND, query=5), NO_QUERY),
    (
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": UNKNOWN}}},
        "Unsupported persisted query version: 'persistedQuery' has the version 1.",
    ),
    (
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}},
        "'sha256Hash' must be 64 lower-case hexadecimal digits.",
    ),
    ({"extensions": {"persistedQuery": None}}, NO_QUERY),
    ({}, NO_QUERY),
]


@pytest.mark.parametrize(("body", "message"), MALFORMED)
async def test_a_hash_of_a_wrong_form_is_refused(body: Any, message: str) -> None:
    """The member at fault is named."""
    async with client(trusted_text=registered) as http:
        response = await http.post("/graphql", json=body)
        assert (response.status_code, response.json()["errors"][0]["message"]) == (400, message)
