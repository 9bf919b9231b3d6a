"""webhookCreate, webhookUpdate, webhookRotateSecret, webhookDelete and webhookRedeliver, and what they leave."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from app.store.driver.client import Database
from app.store.queues.deliveries import MongoDeliveries
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.operations import KEY_RULE, seed
from tests.graphql.reads import recorded
from tests.graphql.transfers.operations import NO_ID, global_id
from tests.graphql.webhooks.operations import (
    CREATE,
    DELETE,
    DELIVERIES,
    REDELIVER,
    ROTATE,
    UPDATE,
    URL,
    WEBHOOK,
    WEBHOOKS,
    created,
    refusal,
)
from tests.support.receiver import Receiver
from tests.support.waiting import eventually
from tests.support.webhooks import FAILED, TAKEN, a_delivery, dead, tried

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on WebhookDelivery { messageId attempts } } }"
ROWS = "{ webhookDeliveries { nodes { id webhook { url } } } }"
ADJUST = """
mutation { stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: -1, reason: SALE, reference: "R-1"}) {
  level { id onHand version } operation { id }
} }
"""
OPERATIONS = "query ($id: ID!) { operation(id: $id) { kind } }"


def node_id(identity: str) -> str:
    """Return the id behind a global id."""
    return base64.b64decode(identity).decode().partition(":")[2]


async def test_a_webhook_is_created_and_shows_its_secret_once(shop: Api) -> None:
    """The payload has it; nothing that is read later does."""
    said = {"locations": ["MAIN"], "skus": ["TEA-1"], "description": "ERP", "note": "for the partner"}
    payload = await created(shop, events=["LEVEL_CHANGED", "RESERVATION_EXPIRED"], **said)
    webhook = payload["webhook"]
    assert payload == {
        "webhook": {
            "id": webhook["id"],
            "state": "ACTIVE",
            "url": URL,
            "events": ["LEVEL_CHANGED", "RESERVATION_EXPIRED"],
            "locations": ["MAIN"],
            "skus": ["TEA-1"],
            "description": "ERP",
            "secretCount": 1,
            "version": 1,
            "createdAt": webhook["createdAt"],
            "updatedAt": webhook["updatedAt"],
        },
        "secret": payload["secret"],
        "operation": {"kind": "webhookCreate", "actor": payload["operation"]["actor"], "note": "for the partner"},
        "replayed": False,
        "userErrors": [],
    }
    assert len(base64.b64decode(payload["secret"].removeprefix("whsec_"))) == 32
    assert await shop.run(WEBHOOK, id=webhook["id"]) == webhook
    assert await shop.run(NODE, id=webhook["id"]) == {"id": webhook["id"], "__typename": "Webhook"}
    for query in (WEBHOOK, NODE):
        assert await shop.run(query, id=global_id("Webhook", NO_ID)) is None


async def test_a_webhook_is_changed_rotated_and_deleted(shop: Api) -> None:
    """Each step answers with the webhook; null removes a bound, and what is left out stays."""
    first = (await created(shop, locations=["MAIN"], skus=["TEA-1"], description="ERP"))["webhook"]
    identity = first["id"]
    changed = await shop.run(UPDATE, input={"id": identity, "locations": None, "url": f"{URL}/2", "isEnabled": False})
    expected = {**first, "state": "PAUSED", "locations": None, "url": f"{URL}/2", "version": 2}
    assert changed["webhook"] == {**expected, "updatedAt": changed["webhook"]["updatedAt"]}
    changed = await shop.run(UPDATE, input={"id": identity, "description": None, "events": None, "isEnabled": True})
    assert [changed["webhook"][name] for name in ("state", "description", "events")] == [
        "ACTIVE",
        None,
        ["LEVEL_CHANGED"],
    ]
    rotated = await shop.run(ROTATE, input={"id": identity, "idempotencyKey": "r"})
    again = await shop.run(ROTATE, input={"id": identity, "idempotencyKey": "r"})
    assert rotated["secret"].startswith("whsec_")
    assert again == {**rotated, "replayed": True}
    assert rotated["webhook"]["secretCount"] == 2
    deleted = await shop.run(DELETE, input={"id": identity})
    assert (deleted["webhook"]["state"], deleted["webhook"]["secretCount"]) == ("DELETED", 0)
    for query in (UPDATE, ROTATE, DELETE):
        more = {"isEnabled": True} if query == UPDATE else {}
        [error] = await refusal(shop, query, id=identity, **more)
        assert (error["__typename"], error["kind"], error["id"], error["state"]) == (
            "WrongStateError",
            "WEBHOOK",
            identity,
            "DELETED",
        )


async def test_all_that_is_wrong_is_said_at_once(shop: Api) -> None:
    """By name of the input."""
    errors = await refusal(
        shop, CREATE, url="http://localhost/", events=[], locations=[], skus=[" "], description="", idempotencyKey=""
    )
    assert [(error["__typename"], error["field"]) for error in errors] == [
        ("InvalidValueError", field)
        for field in (["url"], ["url"], ["events"], ["locations"], ["skus", "0"], ["description"], ["idempotencyKey"])
    ]
    assert [errors[0]["rule"], errors[1]["rule"], errors[-1]["rule"]] == [
        "must begin with https://",
        "must not be of a private network",
        KEY_RULE,
    ]
    [error] = await refusal(shop, UPDATE, id=global_id("Webhook", NO_ID), isEnabled=True)
    assert (error["__typename"], error["kind"], error["id"]) == ("UnknownDocumentError", "WEBHOOK", NO_ID)


async def test_a_repeated_creation_shows_the_same_webhook_and_its_secret(shop: Api) -> None:
    """So that a lost answer costs nothing; another input under the key is refused."""
    first = await created(shop, idempotencyKey="k")
    again = await created(shop, idempotencyKey="k")
    assert again == {**first, "replayed": True}
    [error] = await refusal(shop, CREATE, url=f"{URL}/other", events=["LEVEL_CHANGED"], idempotencyKey="k")
    assert error["__typename"] == "IdempotencyKeyReusedError"


async def test_lists_of_webhooks_are_narrowed_and_paged(shop: Api) -> None:
    """By state and by event, the newest first."""
    for number, event in enumerate(("LEVEL_CHANGED", "ALERT_OPENED", "LEVEL_CHANGED")):
        await created(shop, f"{URL}/{number}", events=[event])
    newest = (await shop.run(WEBHOOKS))["nodes"]
    assert [node["url"][-1] for node in newest] == ["2", "1", "0"]
    await shop.run(UPDATE, input={"id": newest[0]["id"], "isEnabled": False})
    for where, urls in (
        ({"states": ["PAUSED"]}, "2"),
        ({"states": ["ACTIVE"]}, "10"),
        ({"event": "LEVEL_CHANGED"}, "20"),
        ({"event": "ALERT_OPENED", "states": ["PAUSED"]}, ""),
        ({"states": []}, ""),
    ):
        page = await shop.run(WEBHOOKS, filter=where)
        assert "".join(node["url"][-1] for node in page["nodes"]) == urls
        assert page["totalCount"] == len(urls)
    page = await shop.run(WEBHOOKS, first=2)
    rest = await shop.run(WEBHOOKS, first=2, after=page["pageInfo"]["endCursor"])
    assert [len(page["nodes"]), len(rest["nodes"])] == [2, 1]
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    for variables in ({"first": 251}, {"after": "x"}, {"filter": {"states": ["BROKEN"]}}):
        assert await shop.error_message(WEBHOOKS, **variables)


async def given_deliveries(database: Database, webhook: str) -> list[str]:
    """Keep one that is dead, one that failed, one that was taken; return their global ids."""
    made = [
        dead(a_delivery(1, webhook_id=webhook)),
        replace(tried(a_delivery(2, webhook_id=webhook), [FAILED]), created_at=a_delivery().created_at + 1),
        replace(tried(a_delivery(3, webhook_id=webhook), [FAILED, TAKEN]), created_at=a_delivery().created_at + 2),
    ]
    await MongoDeliveries(database).keep(made)
    return [global_id("WebhookDelivery", each.id) for each in made]


async def test_deliveries_are_read_and_called_back(shop: Api, database: Database) -> None:
    """The newest first, by webhook and by state; each is a node."""
    webhook = (await created(shop, url="https://192.0.2.1.example/"))["webhook"]
    await shop.run(UPDATE, input={"id": webhook["id"], "isEnabled": False})
    other = (await created(shop))["webhook"]
    ids = await given_deliveries(database, node_id(webhook["id"]))
    page = await shop.run(DELIVERIES, filter={"webhook": webhook["id"]})
    assert ([node["id"] for node in page["nodes"]], page["totalCount"]) == (ids[::-1], 3)
    assert page["nodes"][1] == {
        "id": ids[1],
        "state": "PENDING",
        "messageId": "msg_2",
        "event": "LEVEL_CHANGED",
        "occurredAt": "2025-10-09T08:53:22Z",
        "body": '{"number":2}',
        "attempts": 1,
        "lastStatus": 500,
        "lastError": "The receiver answered 500.",
        "createdAt": "2025-10-09T08:53:20.000001Z",
        "triedAt": "2025-10-09T08:53:20Z",
        "nextAt": "2025-10-09T08:53:25Z",
        "endedAt": None,
        "webhook": {"id": webhook["id"]},
    }
    assert [page["nodes"][0][name] for name in ("state", "lastStatus", "lastError", "nextAt")] == [
        "DELIVERED",
        204,
        None,
        None,
    ]
    told = {"id": ids[0], "__typename": "WebhookDelivery", "messageId": "msg_1", "attempts": 8}
    assert await shop.run(NODE, id=ids[0]) == told
    for where, count in (
        ({"states": ["DEAD", "PENDING"]}, 2),
        ({"states": ["DEAD"], "webhook": other["id"]}, 0),
        ({"webhook": other["id"]}, 0),
    ):
        assert (await shop.run(DELIVERIES, filter=where))["totalCount"] == count
    async with recorded(database) as counts:
        rows = await shop.run(ROWS)
    assert [row["webhook"]["url"] for row in rows["nodes"]] == [webhook["url"]] * 3
    assert counts == {"find webhook_deliveries": 1}
    asked = {"id": webhook["id"], "deliveries": ids[:2], "idempotencyKey": "k"}
    done = await shop.run(REDELIVER, input=asked)
    assert (done["redelivered"], done["operation"]["kind"]) == (2, "webhookRedeliver")
    assert await shop.run(REDELIVER, input=asked) == {**done, "replayed": True}
    assert (await shop.run(NODE, id=ids[0]))["attempts"] == 0
    done = await shop.run(REDELIVER, input={"id": webhook["id"], "since": "2020-01-01T00:00:00Z"})
    assert done["redelivered"] == 0


async def test_what_cannot_be_called_back_is_said_of_each(shop: Api, database: Database) -> None:
    """With its place in the list."""
    webhook = (await created(shop))["webhook"]
    await shop.run(UPDATE, input={"id": webhook["id"], "isEnabled": False})
    ids = await given_deliveries(database, node_id(webhook["id"]))
    unknown, taken = await refusal(shop, REDELIVER, id=webhook["id"], deliveries=["none", ids[2]])
    assert (unknown["__typename"], unknown["kind"], unknown["field"]) == (
        "UnknownDocumentError",
        "WEBHOOK_DELIVERY",
        ["deliveries", "0"],
    )
    assert (taken["__typename"], taken["id"], taken["state"]) == ("WrongStateError", ids[2], "DELIVERED")
    for asked in ({}, {"deliveries": ids[:1], "since": "2020-01-01T00:00:00Z"}):
        [error] = await refusal(shop, REDELIVER, id=webhook["id"], **asked)
        assert (error["__typename"], error["field"]) == ("InvalidValueError", ["deliveries"])
    [error] = await refusal(shop, REDELIVER, id=webhook["id"], deliveries=[])
    assert (error["__typename"], error["maximum"]) == ("TooManyLinesError", 250)


@pytest.fixture
async def private_shop(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of a shop that may send to this machine."""
    await seed(database)
    async with opened(settings_of(mongo_url, redis_url, database.name, webhook_allow_private=True)) as api:
        yield api


async def test_a_partner_gets_what_the_api_tells(private_shop: Api) -> None:
    """Through the whole application: the ids are those of the API, and the signature verifies with the secret shown."""
    async with Receiver() as receiver:
        secret = (await created(private_shop, receiver.url))["secret"]
        sold: Any = await private_shop.run(ADJUST)
        await eventually(lambda: len(receiver.taken) == 1)
    [received] = receiver.requests
    message = Verifier(secret).verify(received.body, received.headers)
    identity, level, movement = (message["data"][name] for name in ("id", "level", "movement"))
    assert message["type"] == "level.changed"
    assert {"id": identity, "onHand": level["onHand"], "version": level["version"]} == sold["level"]
    assert (movement["operation"], movement["delta"], movement["reference"]) == (sold["operation"], -1, "R-1")
    told = datetime.fromisoformat(message["timestamp"])
    assert abs((datetime.now(tz=UTC) - told).total_seconds()) < 60
    assert await private_shop.run(NODE, id=identity) == {"__typename": "StockLevel", "id": identity}


async def test_nothing_is_sent_to_this_machine_unless_it_is_allowed(shop: Api, database: Database) -> None:
    """Neither by a URL that says so, nor by one that was written down while it was allowed."""
    async with Receiver() as receiver:
        [*_, error] = await refusal(shop, CREATE, url=receiver.url, events=["LEVEL_CHANGED"])
        assert error["rule"] == "must not be of a private network"
        webhook = (await created(shop))["webhook"]
        await database["webhooks"].update_one({"_id": node_id(webhook["id"])}, {"$set": {"url": receiver.url}})
        await asyncio.gather(*(shop.run(ADJUST) for _ in range(2)))
        await eventually(lambda: _has_failed(database))
        assert receiver.requests == []
    [failed, *_] = (await shop.run(DELIVERIES, filter={"states": ["PENDING"]}))["nodes"]
    assert failed["lastError"] in ("The host is not on the public internet.", None)


async def _has_failed(database: Database) -> bool:
    where = {"error": "The host is not on the public internet."}
    return bool(await database["webhook_deliveries"].count_documents(where))
