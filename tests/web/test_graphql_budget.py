"""Operations are charged to their client's budget before they run, over HTTP and websocket alike."""

from typing import Any

import pytest

from app.domain.access.budget import Budget
from app.services.access.budgets import Account, Budgets
from app.web.graphql import Execution, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from tests.support.monotonic import Seconds
from tests.web.toy import LOG, app_of, dial, hear, http_client, say, schema, serve, subscribe

LEVELS = "query ($n: Int) { levels(first: $n) { sku } }"  # without a size of its own it counts as 1,000 entries
LEVELS_COST, ENTRY = 2_001, 2
HELLO = "{ hello }"


@pytest.fixture
def clock() -> Seconds:
    """Return a clock of this test."""
    return Seconds()


@pytest.fixture
def account(clock: Seconds) -> Account:
    """Return an account whose process is alone."""
    terms = Budget(capacity=5_000, restore_rate=100)
    return Account("key:app", terms, Budgets(None, default=terms, monotonic=clock), now=clock())  # type: ignore[arg-type]


@pytest.fixture(params=[CompiledExecution, Execution])
def app(account: Account, request: pytest.FixtureRequest) -> GraphQLApp:
    """Return the toy whose clients all have one budget, for each way of execution."""
    return app_of(request.param(schema, budget_of=lambda _: account))


async def ask(app: GraphQLApp, query: str, *, cost: bool = False, **variables: Any) -> Any:  # noqa: ANN401 - JSON
    """Send a request; return its response."""
    async with http_client(app) as client:
        headers = {"graphql-cost": "1"} if cost else {}
        return await client.post("/", json={"query": query, "variables": variables}, headers=headers)


async def test_what_was_not_returned_is_given_back_and_reported(app: GraphQLApp, account: Account) -> None:
    """Shopify's names: requested is the bound, actual what is charged in the end."""
    response = await ask(app, LEVELS, n=7, cost=True)
    actual = 1 + 7 * ENTRY
    assert response.json()["extensions"]["cost"] == {
        "requested": LEVELS_COST,
        "actual": actual,
        "maximum": 100_000,
        "throttleStatus": {"maximumAvailable": 5_000, "currentlyAvailable": 5_000 - actual, "restoreRate": 100},
    }
    assert "extensions" not in (await ask(app, HELLO)).json()
    assert account.available() == 5_000 - actual - 1
    assert (await ask(app, LEVELS, n="many")).status_code == 200  # variables that do not fit cost nothing
    assert account.available() == 5_000 - actual - 1


async def test_a_rejected_document_is_charged_for_the_work_it_was(
    app: GraphQLApp, account: Account, clock: Seconds
) -> None:
    """In debt no new one is even parsed, over either transport; a known one is charged as ever."""
    await ask(app, HELLO)
    await ask(app, "{ hello hello: nothing }")
    assert account.available() == 5_000 - 1 - (500 + 5 * 24)
    await ask(app, "{ " + "x" * 1_000)
    late = await ask(app, "{ other")
    assert (late.status_code, late.headers["retry-after"]) == (429, "12")
    [error] = late.json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["retryAfterSeconds"]) == ("THROTTLED", 11.4), error
    async with serve(app) as (_, port), dial(port) as socket:
        await subscribe(socket, "{ another")
        [error] = (await hear(socket))["payload"]
        assert error["extensions"]["code"] == "THROTTLED"
    clock.now += 11.4
    assert (await ask(app, "{ other")).json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    clock.now += 5.5
    assert (await ask(app, HELLO)).json() == {"data": {"hello": "Hello, world."}}


async def test_beyond_the_budget_it_is_throttled_until_enough_is_there(
    app: GraphQLApp, account: Account, clock: Seconds
) -> None:
    """429 with Retry-After and the cost; nothing of it ran; when the time is over it does."""
    account.take(4_000)
    response = await ask(app, LEVELS, n=1)
    assert (response.status_code, response.headers["retry-after"]) == (429, "11")
    content = response.json()
    assert content["extensions"]["cost"] == {
        "requested": LEVELS_COST,
        "maximum": 100_000,
        "throttleStatus": {"maximumAvailable": 5_000, "currentlyAvailable": 1_000, "restoreRate": 100},
    }
    [error] = content["errors"]
    assert error["message"] == ("The operation may cost 2,001, and 1,000 of the budget are left. Try again in 10.1 s.")
    assert {**error["extensions"], "requestId": ""} == {"code": "THROTTLED", "retryAfterSeconds": 10.1, "requestId": ""}
    assert "data" not in content
    LOG.executed.clear()
    account.take(999)
    mutation = 'mutation { adjust(input: {idempotencyKey: "a", lines: []}) { sku } }'
    assert (await ask(app, mutation)).status_code == 429
    assert LOG.executed == []
    clock.now += 10.1
    clock.now += 9.9
    assert (await ask(app, LEVELS, n=1)).status_code == 200


async def test_more_than_the_budget_ever_holds_is_too_expensive(app: GraphQLApp, account: Account) -> None:
    """A wait would not help, so no client is told to: COST_EXCEEDED names the part to make smaller."""
    response = await ask(app, "query ($n: Int) { a: levels(first: $n) { sku } b: levels { sku } c: levels { sku } }")
    assert response.status_code == 200
    [error] = response.json()["errors"]
    assert {**error["extensions"], "requestId": ""} == {
        "code": "COST_EXCEEDED",
        "cost": 3 * LEVELS_COST,
        "maximum": 5_000,
        "heaviest": "a.sku",
        "requestId": "",
    }
    assert account.available() == 5_000


async def test_on_a_websocket_a_throttled_operation_ends_with_an_error(app: GraphQLApp, account: Account) -> None:
    """A subscription as well as a query; the connection and what runs on it go on."""
    account.take(5_000)
    async with serve(app) as (_, port), dial(port) as client:
        for query in (HELLO, "subscription { count(to: 2) }"):
            await subscribe(client, query)
            answer = await hear(client)
            assert (answer["type"], answer["id"]) == ("error", "1")
            [error] = answer["payload"]
            assert error["extensions"]["code"] == "THROTTLED"
            assert error["extensions"]["retryAfterSeconds"] > 0
            assert error["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0
        account.give_back(5_000)
        await subscribe(client, HELLO)
        assert (await hear(client))["type"] == "next"


async def test_events_cost_ten_points_and_a_quarter_and_wait_while_less_than_half_is_left(
    app: GraphQLApp, account: Account, clock: Seconds
) -> None:
    """The source is not asked for the next one meanwhile: a feed conflates or ends, as for a client that is slow."""
    account.change_terms(Budget(capacity=102, restore_rate=20))
    async with serve(app) as (_, port), dial(port) as client:
        await subscribe(client, "subscription { endless }", extensions={"cost": True})
        costs = [(await hear(client))["payload"]["extensions"]["cost"] for _ in range(5)]
        assert costs[0] == {
            "requested": 1,
            "actual": 10.25,
            "maximum": 100_000,
            "throttleStatus": {"maximumAvailable": 102, "currentlyAvailable": 90, "restoreRate": 20},
        }
        assert account.available() == 102 - 1 - 5 * 10.25
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        clock.now += 1
        assert [(await hear(client))["type"] for _ in range(2)] == ["next", "next"]
        assert account.available() == 49.25
