"""Partners are told of orders that were sent and of reservations that have run out: once, signed, as the API has them.

Two processes serve the shop, so that whatever happens by itself may happen in either, and be sent by either.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.operations import seed
from tests.graphql.purchasing.operations import CANCEL, CONFIRM, SUBMIT, change, given_offer, given_supplier
from tests.graphql.purchasing.operations import created as ordered
from tests.graphql.purchasing.operations import line as order_line
from tests.graphql.reservations.operations import CONFIGURE, EXTEND, RELEASE, RESERVATION, line, reserved
from tests.graphql.selections import asked_whole, root_fields, with_fragments
from tests.graphql.webhooks.operations import created
from tests.support.receiver import Receiver
from tests.support.waiting import eventually

SALE = """
mutation ($units: Int!) {
  saleRecord(input: {location: "MAIN", lines: [{sku: "TEA-1", quantity: $units}]}) { userErrors { message } }
}"""
ORDER = with_fragments(
    f"query ($id: ID!) {{ purchaseOrder(id: $id) {asked_whole(root_fields('Query')['purchaseOrder'], further=1)} }}"
)
SENT = "{ purchaseOrders(filter: {states: [SUBMITTED], isAutomatic: true}) { nodes { id } } }"
SHORT_SECONDS = 1  # as short as a reservation may last


@pytest.fixture
async def processes(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[tuple[Api, Api]]:
    """Return clients of two processes over one shop, both of which may send to this machine."""
    await seed(database)
    settings = settings_of(mongo_url, redis_url, database.name, webhook_allow_private=True)
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(opened(settings)), await stack.enter_async_context(opened(settings))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that takes everything."""
    async with Receiver() as receiver:
        yield receiver


async def taken(receiver: Receiver, secret: str, count: int) -> list[dict[str, Any]]:
    """Wait for so many messages, and return what they say, once each was verified with the secret that was shown.

    Each is another one, and nothing was sent besides.
    """
    await eventually(lambda: len(receiver.taken) >= count)
    messages = [Verifier(secret).verify(each.body, each.headers) for each in receiver.requests]
    assert len(messages) == len({each.id for each in receiver.requests}) == count, messages
    for message in messages:
        assert abs((datetime.now(tz=UTC) - datetime.fromisoformat(message["timestamp"])).total_seconds()) < 60
    return messages


def check(told: object, known: object) -> None:
    """Prove that whatever a message says of something, all the way down, the API says of it, too."""
    if isinstance(told, dict):
        assert isinstance(known, dict)
        for name, part in told.items():
            check(part, known[name])
    elif isinstance(told, list):
        known = known["nodes"] if isinstance(known, dict) else known  # a message has all of a connection at once
        assert isinstance(known, list)
        assert len(told) == len(known)
        for each, other in zip(told, known, strict=True):
            check(each, other)
    else:
        assert told == known


async def test_an_order_that_is_submitted_is_told_once(processes: tuple[Api, Api], receiver: Receiver) -> None:
    """As the mutation answers. Neither its draft is told, nor a repeat, nor what becomes of the order after that."""
    # given
    api, other = processes
    secret = (await created(api, receiver.url, events=["PURCHASE_ORDER_SUBMITTED"]))["secret"]
    await given_supplier(api, leadTimeDays=6)
    await given_offer(api, unitCost="2.50", packSize=4)
    first = await ordered(api, order_line("TEA-1", 8), order_line("CUP-1", 2, unitCost="1.20"), note="By Friday.")
    second, unsent = [await ordered(other, order_line("TEA-1", units)) for units in (12, 4)]
    # when
    sent = await change(other, SUBMIT, id=first, expectedVersion=1, idempotencyKey="send")
    [message] = await taken(receiver, secret, 1)
    # then
    assert message["type"] == "purchase_order.submitted"
    assert message.keys() == {"type", "timestamp", "data"}
    assert message["data"].keys() == {"id", "purchaseOrder"}
    told = message["data"]["purchaseOrder"]
    assert (told["state"], told["isAutomatic"], told["value"]) == ("SUBMITTED", False, "22.40")
    assert message["data"]["id"] == first
    assert [(each["item"]["sku"], each["outstanding"]) for each in told["lines"]] == [("TEA-1", 8), ("CUP-1", 2)]
    assert message["timestamp"] == sent["updatedAt"]
    check(told, await api.run(ORDER, id=first))
    # and when it is submitted again, confirmed, and others are cancelled and submitted
    assert await change(api, SUBMIT, id=first, expectedVersion=1, idempotencyKey="send") == sent
    await change(api, CONFIRM, id=first)
    await change(api, CANCEL, id=unsent)
    await change(api, SUBMIT, id=second, expectedVersion=1)
    messages = await taken(receiver, secret, 2)
    assert [each["data"]["id"] for each in messages] == [first, second]


async def test_an_order_that_was_sent_by_itself_is_told_once(processes: tuple[Api, Api], receiver: Receiver) -> None:
    """With what the server ordered, whichever process wrote it and whichever sent it."""
    # given
    api, other = processes
    secret = (await created(api, receiver.url, events=["PURCHASE_ORDER_SUBMITTED"]))["secret"]
    await given_supplier(api, leadTimeDays=6, autoSubmit=True)
    for sku in ("TEA-1", "CUP-1"):
        await given_offer(api, sku, unitCost="2.50", packSize=6)
    await order_below(api, "TEA-1", reorderPoint=4, targetLevel=20)
    # when
    assert (await other.run(SALE, units=7))["userErrors"] == []
    [message] = await taken(receiver, secret, 1)
    # then
    told = message["data"]["purchaseOrder"]
    assert message["type"] == "purchase_order.submitted"
    assert (told["state"], told["isAutomatic"], told["value"]) == ("SUBMITTED", True, "45.00")
    assert [(each["item"]["sku"], each["quantity"]) for each in told["lines"]] == [("TEA-1", 18)]
    identity = message["data"]["id"]
    check(told, await other.run(ORDER, id=identity))
    assert (await other.run(SENT))["nodes"] == [{"id": identity}]
    # and when something else is short
    await order_below(other, "CUP-1", reorderPoint=4, targetLevel=8)
    messages = await taken(receiver, secret, 2)
    assert [each["data"]["purchaseOrder"]["lines"][0]["item"]["sku"] for each in messages] == ["TEA-1", "CUP-1"]


async def test_a_reservation_that_has_run_out_is_told_once(processes: tuple[Api, Api], receiver: Receiver) -> None:
    """As it was left, whichever process released it. One that was extended or given back in time is not told."""
    # given
    api, other = processes
    secret = (await created(api, receiver.url, events=["RESERVATION_EXPIRED"]))["secret"]
    paid, unwanted = [(await reserved(api, line("TEA-1", 1), ttlSeconds=600))["id"] for _ in range(2)]
    held = await reserved(
        api,
        line("TEA-1", 2),
        line("CUP-1", 3, "MAIN"),
        ttlSeconds=SHORT_SECONDS,
        reference="web-1001",
        channel="web",
    )
    # when
    [message] = await taken(receiver, secret, 1)
    # then
    assert message["type"] == "reservation.expired"
    assert message["data"].keys() == {"id", "reservation"}
    told = message["data"]["reservation"]
    assert (message["data"]["id"], told["state"], told["reference"], told["channel"]) == (
        held["id"],
        "EXPIRED",
        "web-1001",
        "web",
    )
    assert (told["expiresAt"], told["updatedAt"]) == (held["expiresAt"], message["timestamp"])
    assert datetime.fromisoformat(told["expiresAt"]) <= datetime.fromisoformat(told["updatedAt"])
    assert [(each["sku"], each["held"], each["released"]) for each in told["lines"]] == [
        ("TEA-1", 0, 2),
        ("CUP-1", 0, 3),
    ]
    check(told, await other.run(RESERVATION, id=held["id"]))
    # and when others are paid, given back, and run out
    await api.run(EXTEND, input={"id": paid, "ttlSeconds": None})
    await api.run(RELEASE, input={"id": unwanted})
    late = await reserved(other, line("TEA-1", 5), ttlSeconds=SHORT_SECONDS)
    messages = await taken(receiver, secret, 2)
    assert [each["data"]["id"] for each in messages] == [held["id"], late["id"]]


async def test_partners_are_told_of_what_they_asked_for(processes: tuple[Api, Api], receiver: Receiver) -> None:
    """Of one happening each gets a message of its own, signed with its own secret; others get none."""
    # given
    api, other = processes
    events = ["PURCHASE_ORDER_SUBMITTED", "RESERVATION_EXPIRED"]
    async with Receiver() as narrowed:
        secret = (await created(api, receiver.url, events=events))["secret"]
        its_secret = (await created(api, narrowed.url, events=events, skus=["CUP-1"]))["secret"]
        await given_supplier(api)
        teas, cups = [await ordered(api, order_line(sku, 2)) for sku in ("TEA-1", "CUP-1")]
        # when
        await reserved(api, line("TEA-1", 1), ttlSeconds=SHORT_SECONDS)
        await change(api, SUBMIT, id=teas, expectedVersion=1)
        await taken(receiver, secret, 2)
        await change(other, SUBMIT, id=cups, expectedVersion=1)
        # then
        messages = await taken(receiver, secret, 3)
        [message] = await taken(narrowed, its_secret, 1)
    assert sorted(each["type"] for each in messages) == [*["purchase_order.submitted"] * 2, "reservation.expired"]
    assert message == messages[-1]
    assert message["data"]["id"] == cups
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(narrowed.requests[0].body, narrowed.requests[0].headers)


async def order_below(api: Api, sku: str, **settings: int) -> None:
    """Let a level at MAIN be ordered for from its reorder point on."""
    said = {"sku": sku, "location": "MAIN", "method": "MIN_MAX", **settings}
    assert (await api.run(CONFIGURE, input=said))["userErrors"] == []
