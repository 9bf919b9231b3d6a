# ruff: noqa: ANN401 - JSON is of any type
"""GraphQL over HTTP: media types, methods, shapes, and the response to each mistake."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from app.web.graphql import Limits
from tests.web.toy import DEADLINE_SECONDS, LOG, http_client, serve, toy_app

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"

HELLO = "query Hello($name: String!) { hello(name: $name) }"
ADJUST = "mutation Adjust($input: AdjustInput!) { adjust(input: $input) { sku onHand } }"


async def post(body: Any, *, accept: str = RESPONSE_JSON, limits: Limits | None = None, **headers: str) -> Any:
    """Post a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-type": JSON, "accept": accept, **{name.replace("_", "-"): each for name, each in headers.items()}}
    async with http_client(toy_app(limits=limits)) as client:
        return await client.post("/graphql", content=content, headers=sent)


async def get(accept: str = RESPONSE_JSON, **parameters: str) -> Any:
    """Get with a query string."""
    async with http_client(toy_app()) as client:
        return await client.get("/graphql", params=parameters, headers={"accept": accept})


async def test_a_query_is_answered_with_its_data() -> None:
    """The response holds `data` and nothing else."""
    response = await post({"query": HELLO, "variables": {"name": "Ada"}})
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "Hello, Ada."}}


async def test_a_mutation_takes_its_input_object() -> None:
    """Nested inputs arrive as the types that the resolver declares."""
    variables = {"input": {"idempotencyKey": "http", "lines": [{"sku": "A", "quantity": 2}]}}
    response = await post({"query": ADJUST, "variables": variables})
    assert response.json() == {"data": {"adjust": [{"sku": "A", "onHand": 2}]}}
    assert "http" in LOG.executed


async def test_the_operation_name_chooses_among_several() -> None:
    """One document may hold several operations; an empty name counts as none."""
    document = 'query A { hello(name: "a") } query B { hello(name: "b") }'
    chosen = await post({"query": document, "operationName": "B"})
    assert chosen.json() == {"data": {"hello": "Hello, b."}}
    for name in (None, "", "C"):
        refused = await post({"query": document, "operationName": name})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_get_runs_queries() -> None:
    """The query string carries the same members, `variables` and `extensions` as JSON."""
    response = await get(query=HELLO, variables='{"name": "Ada"}', operationName="Hello", extensions="")
    assert response.json() == {"data": {"hello": "Hello, Ada."}}


async def test_get_refuses_mutations_and_runs_nothing() -> None:
    """A link must not change stock: 405, and the resolver was not called."""
    variables = {"input": {"idempotencyKey": "by-get", "lines": []}}
    response = await get(query=ADJUST, variables=json.dumps(variables))
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "by-get" not in LOG.executed


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
async def test_a_subscription_over_http_is_pointed_to_the_websocket(accept: str) -> None:
    """The message names the subprotocol."""
    response = await post({"query": "subscription { count(to: 1) }"}, accept=accept)
    assert response.status_code == (200 if accept == JSON else 400)
    assert "graphql-transport-ws" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(method: str) -> None:
    """405, with the methods that there are."""
    async with http_client(toy_app()) as client:
        response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("application/json, text/plain, */*", JSON),
        (RESPONSE_JSON, RESPONSE_JSON),
        (f"{RESPONSE_JSON}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON}", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0.1, {JSON}", JSON),
        (f"{JSON};q=0, {RESPONSE_JSON};q=0.1", RESPONSE_JSON),
        (f"{JSON};q=0, */*", RESPONSE_JSON),
        ("Application/JSON", JSON),
        (f"{'x' * 400}, {JSON}", JSON),
    ],
)
async def test_the_media_type_is_negotiated(accept: str | None, answered: str) -> None:
    """The newer type for clients that name it, the older for all others."""
    async with http_client(toy_app()) as client:
        client.headers.pop("accept")
        headers = {} if accept is None else {"accept": accept}
        response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0", "application/json;q=x", "nonsense"])
async def test_an_unacceptable_media_type_is_406(accept: str) -> None:
    """The response is JSON all the same, and names the media types."""
    response = await post({"query": "{ hello }"}, accept=accept)
    assert response.status_code == 406
    assert RESPONSE_JSON in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_another_content_type_is_415(content_type: str) -> None:
    """A form cannot post GraphQL, so no other site can make a browser do it."""
    response = await post({"query": "{ hello }"}, content_type=content_type)
    assert response.status_code == 415


@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("BR", 415), ("gzip, identity", 415), ("Identity", 200)])
async def test_a_body_in_another_coding_is_415(coding: str, status: int) -> None:
    """Bodies are not decompressed, so there are no bombs; Accept-Encoding says so (RFC 9110, 12.5.3)."""
    response = await post({"query": "{ hello }"}, content_encoding=coding)
    assert response.status_code == status
    assert response.headers.get("accept-encoding") == (None if status == 200 else "identity")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'Application/Json;charset="UTF-8"'])
async def test_a_charset_of_utf_8_is_fine(content_type: str) -> None:
    """Parameters and case do not matter."""
    response = await post({"query": "{ hello }"}, content_type=content_type)
    assert response.status_code == 200


MALFORMED = {
    "number": b"5",
    "null": b"null",
    "string": b'"x"',
    "nothing": b"",
    "half": b'{"query":',
    "bad utf-8": b'{"query": "\xff"}',
    "lone surrogate": b'{"query": "\\ud800"}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"query":"{ hello }","variables":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nan": b'{"query": NaN}',
    "batch": b'[{"query": "{ hello }"}]',
    "no query": b"{}",
    "query of a wrong type": b'{"query": 5}',
    "query null": b'{"query": null}',
    "query empty": b'{"query": ""}',
    "query blank": b'{"query": " \\n "}',
    "variables list": b'{"query": "{ hello }", "variables": [1]}',
    "variables string": b'{"query": "{ hello }", "variables": "{}"}',
    "operation name": b'{"query": "{ hello }", "operationName": 1}',
    "extensions": b'{"query": "{ hello }", "extensions": 3}',
}


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_body_is_400_and_says_why(body: bytes, accept: str) -> None:
    """Whatever the media type: there is no GraphQL request to answer."""
    response = await post(body, accept=accept)
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "requestId": response.headers["x-request-id"]}
    assert "data" not in response.json()
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "parameters",
    [{}, {"query": ""}, {"query": "{ hello }", "variables": "{"}, {"query": "{ hello }", "variables": "[]"}],
)
async def test_a_malformed_query_string_is_400(parameters: dict[str, str]) -> None:
    """The same checks as for a body."""
    assert (await get(**parameters)).status_code == 400


@pytest.mark.parametrize("query_string", ["query=%ff", "&".join(["a=1"] * 100), "query"])
async def test_a_query_string_that_cannot_be_read_is_400(query_string: str) -> None:
    """Bad percent-encoding and endless parameters."""
    async with http_client(toy_app()) as client:
        assert (await client.get(f"/graphql?{query_string}")).status_code == 400


INVALID_OPERATIONS = {
    "syntax": {"query": "{ hello"},
    "unknown field": {"query": "{ nothing }"},
    "no operation": {"query": "fragment F on Query { hello }"},
    "missing variable": {"query": HELLO},
    "wrong variable": {"query": HELLO, "variables": {"name": 5}},
    "unknown input field": {
        "query": ADJUST,
        "variables": {"input": {"idempotencyKey": "x", "lines": [], "more": 1}},
    },
    "deep variable": {"query": HELLO, "variables": {"name": json.loads("[" * 500 + "]" * 500)}},
}


@pytest.mark.parametrize("body", INVALID_OPERATIONS.values(), ids=INVALID_OPERATIONS)
async def test_a_request_that_cannot_run_is_400_without_data(body: object) -> None:
    """In the newer media type the status says so."""
    response = await post(body)
    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("body", INVALID_OPERATIONS.values(), ids=INVALID_OPERATIONS)
async def test_a_request_that_cannot_run_is_200_in_the_older_media_type(body: object) -> None:
    """There the status is HTTP's alone; the body is the same."""
    response = await post(body, accept=JSON)
    assert response.status_code == 200
    assert list(response.json()) == ["errors"]


async def test_a_field_that_fails_leaves_the_others() -> None:
    """200 with the error beside the data."""
    response = await post({"query": "{ hello crash }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello, world.", "crash": None}


async def test_a_body_beyond_the_limit_is_413() -> None:
    """By its declared length, and by its actual length when none is declared."""
    limits = Limits(max_body_bytes=1_000)
    body = json.dumps({"query": "{ hello }", "extensions": {"x": "y" * 1_000}}).encode()
    assert (await post(body, limits=limits)).status_code == 413

    async def chunks() -> Any:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]

    async with http_client(toy_app(limits=limits)) as client:
        response = await client.post("/graphql", content=chunks(), headers={"content-type": JSON})
    assert response.status_code == 413
    assert response.json()["errors"][0]["message"] == "The body exceeds the limit of 1000 bytes."


async def test_a_body_in_pieces_is_put_together() -> None:
    """Chunk boundaries do not matter."""
    body = json.dumps({"query": "{ hello }"}).encode()

    async def bytes_one_by_one() -> Any:
        for byte in body:
            yield bytes([byte])

    async with http_client(toy_app()) as client:
        response = await client.post("/graphql", content=bytes_one_by_one(), headers={"content-type": JSON})
    assert response.json() == {"data": {"hello": "Hello, world."}}


async def test_a_client_that_leaves_early_gets_no_answer() -> None:
    """A disconnect before the end of the body ends the request in silence."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "query_string": b"", "headers": [(b"content-type", b"application/json")]}
    await toy_app()(scope, receive, send)
    assert sent == []


async def test_what_a_stop_cuts_off_is_503() -> None:
    """With the sentence of a temporary failure, not with a 500."""

    async def make_context(*_: object) -> object:
        server.should_exit = True
        return await asyncio.Event().wait()

    async with (
        serve(toy_app(make_context=make_context), timeout_graceful_shutdown=0.1) as (server, port),
        httpx.AsyncClient(timeout=DEADLINE_SECONDS) as client,
    ):
        response = await client.post(f"http://127.0.0.1:{port}/", json={"query": "{ hello }"})
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_introspection_is_within_the_limits() -> None:
    """GraphiQL's query, the largest that every tool sends, fits with room to spare."""
    query = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, schema_description=True)
    response = await post({"query": query})
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"
