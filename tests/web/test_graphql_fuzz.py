# ruff: noqa: ANN401 - JSON is of any type
"""Fuzzing: any input gets a clear response, never a 500 over HTTP, never a torn websocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.web.toy import dial, hear, http_client, say, serve, toy_app

BOUNDED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
QUERIES = st.sampled_from(
    [
        "{ hello }",
        "query ($name: String!) { hello(name: $name) }",
        "query ($to: Int!) { count(to: $to) }",
        "query ($to: Int = 3) { defaulted(to: $to) }",
        "mutation ($input: AdjustInput!) { adjust(input: $input) { sku } }",
        "subscription ($to: Int!) { count(to: $to) }",
    ]
)
FRAGMENTS = [
    "{",
    "}",
    "(",
    ")",
    "hello",
    "query",
    "mutation",
    "on",
    "...",
    "F",
    "fragment",
    "$a",
    ":",
    "=",
    "@skip",
    '"',
    "[",
    "!",
    "\x00",
    "é",
    "#",
]
DOCUMENTS = QUERIES | st.text() | st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join)
NAMES = st.sampled_from(["name", "to", "input", "idempotencyKey", "lines", "sku"])
VARIABLES = st.dictionaries(NAMES, JSON_VALUES | st.dictionaries(NAMES, JSON_VALUES, max_size=3), max_size=3)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "query": DOCUMENTS | JSON_VALUES,
        "variables": VARIABLES | JSON_VALUES,
        "operationName": JSON_VALUES,
        "extensions": JSON_VALUES,
    },
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["connection_init", "subscribe", "complete", "ping", "pong"]) | JSON_VALUES,
        "id": st.sampled_from(["1", "2"]) | JSON_VALUES,
        "payload": REQUESTS | JSON_VALUES,
    },
)

# A protocol error, or a rule of the protocol that happened to be broken. Never 1006, 1011 or 4500.
CLOSE_CODES = {4400, 4401, 4409, 4429}


@BOUNDED
@given(body=st.binary() | (REQUESTS | JSON_VALUES).map(json.dumps).map(str.encode))
async def test_no_body_makes_a_500(body: bytes) -> None:
    """Every answer is JSON, with errors that carry a client's code, or data."""
    async with http_client(toy_app()) as client:
        response = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {200, 400}
    answer = response.json()
    assert "data" in answer or answer["errors"]
    for error in answer.get("errors", []):
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["requestId"] == response.headers["x-request-id"]


@BOUNDED
@given(query_string=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60), document=DOCUMENTS)
async def test_no_query_string_makes_a_500(query_string: str, document: str) -> None:
    """The same for GET."""
    app = toy_app()
    for parameters in (query_string, {"query": document, "variables": query_string}):
        sent: list[Any] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        async with http_client(app) as client:
            raw = (
                parameters.encode()
                if isinstance(parameters, str)
                else client.build_request("GET", "/", params=parameters).url.query
            )
        await app({"type": "http", "method": "GET", "query_string": raw, "headers": []}, _nothing, send)
        assert sent[0]["status"] in {200, 400, 405}


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """Serve the toy schema."""
    async with serve(toy_app()) as (_, port):
        yield port


@BOUNDED
@given(messages=st.lists(MESSAGES | JSON_VALUES, min_size=1, max_size=5), init=st.booleans())
async def test_no_message_tears_the_connection(port: int, messages: list[Any], init: bool) -> None:
    """It stays open, or closes with a code of the protocol and a reason."""
    await converse(port, [json.dumps(message) for message in messages], init=init)


@BOUNDED
@given(messages=st.lists(st.text() | st.binary(), min_size=1, max_size=3))
async def test_no_frame_tears_the_connection(port: int, messages: list[str | bytes]) -> None:
    """Text that is no JSON, and binary frames."""
    await converse(port, messages, init=True)


async def converse(port: int, messages: list[str | bytes] | list[str], *, init: bool) -> None:
    """Send messages; wait until the server has closed, or shows that it still listens."""
    async with dial(port, init=init) as client, asyncio.timeout(60):
        try:
            for message in messages:
                await client.send(message)
            await say(client, type="ping", payload={"last": True})
            while await hear(client) != {"type": "pong", "payload": {"last": True}}:
                pass
        except ConnectionClosed:
            await client.wait_closed()
            assert client.close_code in CLOSE_CODES
            assert client.close_reason


async def _nothing() -> Any:
    raise AssertionError("a GET has no body")
