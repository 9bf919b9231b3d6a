"""Subscriptions that cannot be: the operation ends with an error of the client, and the connection goes on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, Socket, served
from tests.graphql.operations import seed

MOVEMENTS_CURSOR = "The cursor was not given by the live movements feed."
CURSOR = "The cursor was not given by a live feed. Cursors of lists do not fit here."
# By root field: the type of its filter, and filters that cannot be with the beginning of what is said of them.
FEEDS: dict[str, tuple[str, str, list[tuple[dict[str, Any], str]]]] = {
    "movements": ("MovementFilter", "cursor", [({"reason": "THEFT"}, ""), ({"colour": "blue"}, "")]),
    "reservations": (
        "ReservationFilter",
        "kind",
        [
            ({"states": ["GONE"]}, ""),
            ({"colour": "blue"}, ""),
            ({"states": [None]}, ""),
            (
                {"isShort": True},
                "`isShort` narrows lists only. Alerts of type SHORTFALL tell of levels that become short.",
            ),
        ],
    ),
    "transfers": ("TransferFilter", "kind", [({"states": ["GONE"]}, "")]),
    "purchaseOrders": ("PurchaseOrderFilter", "kind", [({"states": ["GONE"]}, "")]),
    "stockAlerts": (
        "StockAlertFilter",
        "kind",
        [
            ({"states": ["SHUT"]}, ""),
            ({"skus": [f"N-{number}" for number in range(101)]}, "`skus` may hold at most 100 names, not 101."),
        ],
    ),
}
BAD_LEVELS: list[dict[str, Any]] = [{"statuses": ["GONE"]}, {"colour": "blue"}, {"skus": [None]}]
BAD_CURSORS = [
    "",
    "garbage",
    "bnVsbA==",
    "eyJ0IjogLTEsICJ3Ijoge319",
    "eyJ0IjoxfQ==",
    "eyJ0IjoxLCJ3Ijp7Ilx1ZDgwMCI6MX19",
]


@pytest.fixture(scope="module")
async def server(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of a stocked shop."""
    await seed(lasting_database)
    async with served(settings_of(mongo_url, redis_url, lasting_database.name)) as server:
        yield server


async def refused(client: Socket, query: str, **variables: Any) -> str:  # noqa: ANN401 - JSON is of any type
    """Return the message with which an operation ends that is an error of the client."""
    message = await (await client.start(query, **variables)).message()
    assert message["type"] == "error", message
    [error] = message["payload"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return str(error["message"])


@pytest.mark.parametrize("root", FEEDS)
async def test_a_bad_cursor_or_filter_never_starts_a_feed(server: Served, root: str) -> None:
    """Whatever the cursor holds, that of a list too."""
    filter_type, field, bad_filters = FEEDS[root]
    query = (
        f"subscription ($filter: {filter_type}, $after: String) "
        f"{{ {root}(filter: $filter, after: $after) {{ {field} }} }}"
    )
    listed = (await server.api.run("{ movements(first: 1) { pageInfo { endCursor } } }"))["pageInfo"]["endCursor"]
    async with server.dial() as client:
        for cursor in (*BAD_CURSORS, listed):
            expected = MOVEMENTS_CURSOR if root == "movements" else CURSOR
            assert (await refused(client, query, after=cursor)).startswith(expected), cursor
        for where, expected in bad_filters:
            assert (await refused(client, query, filter=where)).startswith(expected), where
        await client.nothing_waits()


async def test_a_bad_filter_never_starts_a_feed_of_levels(server: Served) -> None:
    """As over HTTP."""
    async with server.dial() as client:
        for where in BAD_LEVELS:
            query = "subscription ($filter: StockLevelFilter) { stockLevels(filter: $filter) { kind } }"
            assert await refused(client, query, filter=where)
        await client.nothing_waits()
