# ruff: noqa: ANN401 - JSON is of any type
"""What clients may learn about errors, and how a request id links a response to the log."""

import logging
from typing import Any

import pytest

from tests.web.toy import Context, Overloaded, http_client, toy_app

UNIQUE_ID = "partner-7:2024/05"


async def ask(query: str, *, headers: dict[str, str] | None = None, **options: Any) -> Any:
    """Post one query."""
    async with http_client(toy_app(**options)) as client:
        return await client.post("/graphql", json={"query": query}, headers=headers)


async def test_an_unexpected_error_is_masked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The client gets a request id, the log gets the original under the same id."""
    with caplog.at_level(logging.ERROR):
        response = await ask("{ crash }", headers={"x-request-id": UNIQUE_ID})
    assert response.headers["x-request-id"] == UNIQUE_ID
    assert response.json()["errors"] == [
        {
            "message": f"Internal error. Quote the request id {UNIQUE_ID} when you report it.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["crash"],
            "extensions": {"code": "INTERNAL", "requestId": UNIQUE_ID},
        }
    ]
    [record] = caplog.records
    assert record.request_id == UNIQUE_ID  # type: ignore[attr-defined]
    assert record.exc_info is not None
    assert "hunter2" in str(record.exc_info[1])
    assert record.exc_info[2] is not None


@pytest.mark.parametrize("query", ["{ uncoded }", "{ huge }"])
async def test_a_library_message_about_our_values_is_masked(query: str) -> None:
    """A GraphQLError without a code was not meant for the client, nor was a value that a scalar cannot serialise."""
    [error] = (await ask(query)).json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["message"].startswith("Internal error.")


async def test_a_deliberate_error_passes_through() -> None:
    """Message, code and facts are the resolver's; the request id is added."""
    response = await ask("{ refuse }")
    [error] = response.json()["errors"]
    assert error["message"] == "Not for you."
    assert error["extensions"] == {
        "code": "FORBIDDEN",
        "scope": "stock:write",
        "requestId": response.headers["x-request-id"],
    }


async def test_an_exception_of_the_application_is_mapped(caplog: pytest.LogCaptureFixture) -> None:
    """The mapper's code, message and facts; nothing in the log, for it was expected."""
    response = await ask("{ overloaded }")
    [error] = response.json()["errors"]
    assert (error["message"], error["path"]) == ("Too much to do.", ["overloaded"])
    assert error["extensions"] == {
        "code": "OVERLOADED",
        "retryAfterSeconds": 1.5,
        "requestId": response.headers["x-request-id"],
    }
    assert caplog.records == []


async def test_a_null_through_a_variable_is_an_error_of_the_client() -> None:
    """The library finds it only during execution; it is an argument's value all the same."""
    async with http_client(toy_app()) as client:
        body = {"query": "query ($to: Int = 5) { defaulted(to: $to) }", "variables": {"to": None}}
        response = await client.post("/graphql", json=body)
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Argument 'to'" in error["message"]


@pytest.mark.parametrize("sent", ["a b", "x" * 129, 'id"', "", "é"])
async def test_an_ill_formed_request_id_is_replaced(sent: str) -> None:
    """Logs and headers get a well-formed id, or one of ours."""
    async with http_client(toy_app()) as client:
        response = await client.post(
            "/graphql", json={"query": "{ requestId }"}, headers=[(b"x-request-id", sent.encode())]
        )
    used = response.headers["x-request-id"]
    assert used != sent
    assert len(used) == 32
    assert response.json() == {"data": {"requestId": used}}


async def test_each_request_gets_its_own_id() -> None:
    """Two requests, two ids."""
    async with http_client(toy_app()) as client:
        ids = {(await client.post("/graphql", json={"query": "{ hello }"})).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_context_that_cannot_be_made_is_answered_by_its_code(accept: str) -> None:
    """Before execution the status says so, with Retry-After."""

    async def make_context(*_: object) -> Context:
        raise Overloaded

    response = await ask("{ hello }", headers={"accept": accept}, make_context=make_context)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert list(response.json()) == ["errors"]
    assert response.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"


async def test_a_context_that_crashes_is_masked() -> None:
    """500, a failure of the server; the message keeps our secrets."""

    def make_context(*_: object) -> Context:
        raise RuntimeError("the password is hunter2")

    response = await ask("{ hello }", make_context=make_context)
    assert response.status_code == 500
    assert "hunter2" not in response.text


async def test_the_context_is_built_by_a_function_or_a_coroutine_function() -> None:
    """Both kinds of factory work."""

    async def make_context(connection: Any, _: str) -> Context:
        return Context(connection, "from a coroutine")

    response = await ask("{ requestId }", make_context=make_context)
    assert response.json() == {"data": {"requestId": "from a coroutine"}}
