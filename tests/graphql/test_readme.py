"""What the README, the guides and the playground print runs as it is printed, on the demo shop."""

import json
import re
import shlex
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from app.bootstrap import prepare
from app.domain.time import Moment
from app.outbound.signing import signed_headers
from app.store.client import Database
from tests.graphql.api import settings_of, with_parts_as_lists
from tests.graphql.live.sockets import Served, served
from tests.support.waiting import something
from tests.support.webhooks import a_message

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text())
README = (ROOT / "README.md").read_text()
GUIDES = f"{README}\n{(ROOT / 'docs' / 'changing-orders.md').read_text()}\n## The end\n"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", GUIDES, re.DOTALL)
CURLS = [shlex.split(text) for _, text in BLOCKS if text.startswith("curl ")]
GRAPHQL = [text for language, text in BLOCKS if language == "graphql"]
SUBSCRIPTIONS = [text for text in GRAPHQL if text.startswith("subscription {")]
PARTS = [
    (title, re.findall(r"```graphql\n(.*?)```", part, re.DOTALL))
    for title, part in re.findall(r"^### (.+?)\n(.*?)(?=^##)", GUIDES, re.DOTALL | re.MULTILINE)
]
PLAYGROUND = (ROOT / "playground" / "operations.js").read_text().partition("export const operations")[2]
TABS = [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"`((?:[^`\\]|\\.)*)`", PLAYGROUND)]
FIELDS_SHOWN = re.findall(r"`([a-z]\w+)`", README.partition("## What it can do")[2].partition("\n## ")[0])

IN_LONDON = """
{ stockLevel(sku: "TEA-001", location: "LONDON") { onHand available version } }
"""
SELL = """
mutation { stockAdjust(input: {sku: "TEA-001", location: "LONDON", delta: -1, reason: SALE, reference: "R-1"}) {
  replayed
} }
"""
IN_BRIGHTON = """
{ stockLevel(sku: "COF-001", location: "BRIGHTON") { onHand } }
"""
RESERVE = """
mutation Reserve($input: ReservationCreateInput!) { reservationCreate(input: $input) { reservation { id } } }
"""
COUNTS = "{ items { totalCount } locations { totalCount } stockLevels { totalCount } }"


def option(curl: list[str], name: str) -> str:
    """Return what follows an option of a command line."""
    return curl[curl.index(name) + 1]


@pytest.fixture(scope="module")
async def shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of the demo shop, filled as a first start fills it."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    said: list[str] = []
    await prepare(settings.model_copy(update={"demo": True}), report=said.append)
    assert said == ["Demo shop: 200 items at 3 locations"]
    async with served(settings) as server:
        yield server


def test_everything_in_the_readme_is_looked_at() -> None:
    """Two commands, one subscription, three tabs, a guide in parts; a new one needs a test."""
    assert (len(CURLS), len(SUBSCRIPTIONS), len(TABS)) == (2, 1, 3)
    assert {title: len(blocks) for title, blocks in PARTS} == {
        "The life of an order": 5,
        "Archive what is not to be used any more": 1,
        "A transfer": 3,
        "A purchase order": 6,
        "A damaged unit": 2,
        "What has happened already": 5,
        "When stock runs low": 4,
        "How a level replenishes itself": 5,
        "From a sale to its replacement": 8,
        "What you decide lasts": 5,
        "A count": 4,
        "The whole shop at a glance": 2,
        "What people type": 2,
        "What sells, and what does not": 2,
        "Webhooks": 2,
        "Files": 0,
        "Changing an order": 5,
        "Correcting a purchase order": 5,
    }
    assert len(GRAPHQL) == len(SUBSCRIPTIONS) + sum(len(blocks) for _, blocks in PARTS)


def test_the_documents_of_readme_and_playground_are_valid() -> None:
    """For the committed schema; and what the commands send is JSON, once a shell has read them."""
    queries = [json.loads(option(curl, "-d"))["query"] for curl in CURLS]
    for text in (*queries, *GRAPHQL, *TABS):
        assert [error.message for error in validate(SCHEMA, parse(text))] == [], text


def test_the_table_of_the_readme_names_what_is_there() -> None:
    """And nothing of the API is left out of it."""
    roots = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    fields = {name for root in roots if root for name in root.fields}
    assert fields <= set(FIELDS_SHOWN)


async def send(shop: Served, curl: list[str]) -> Any:  # noqa: ANN401 - JSON
    """Send what curl would send; return the data of the answer."""
    assert [word for word in curl if word.startswith("http://")] == ["http://127.0.0.1:8000/graphql"]
    name, _, value = option(curl, "-H").partition(": ")
    response = await shop.api.client.post("/graphql", content=option(curl, "-d").encode(), headers={name: value})
    assert (response.status_code, response.json().keys()) == (200, {"data"}), response.text
    return with_parts_as_lists(response.json()["data"])


async def test_the_demo_shop_is_as_the_readme_says(shop: Served) -> None:
    """Two hundred items at three locations."""
    assert await shop.api.run(COUNTS) == {
        "items": {"totalCount": 200},
        "locations": {"totalCount": 3},
        "stockLevels": {"totalCount": 600},
    }


async def test_the_first_step_asks_what_is_where(shop: Served) -> None:
    """Three levels of London, by SKU."""
    nodes = (await send(shop, CURLS[0]))["stockLevels"]["nodes"]
    assert [node["item"]["sku"] for node in nodes] == ["BIS-001", "BIS-002", "BIS-003"]
    assert nodes[0]["item"]["name"] == "Almond Biscuits, Mini Box"
    assert all(node["onHand"] == node["available"] > 0 and node["status"] for node in nodes)


async def test_the_second_step_takes_two_tins_once(shop: Served) -> None:
    """However often it is run."""
    before = await shop.api.run(IN_LONDON)
    first = (await send(shop, CURLS[1]))["stockAdjust"]
    assert first == {
        "level": {"onHand": before["onHand"] - 2, "version": before["version"] + 1},
        "operation": first["operation"],
        "replayed": False,
        "userErrors": [],
    }
    assert (await send(shop, CURLS[1]))["stockAdjust"] == {**first, "replayed": True}
    assert (await shop.api.run(IN_LONDON))["onHand"] == before["onHand"] - 2


async def test_the_third_step_watches(shop: Served) -> None:
    """First every level as it is, then each change."""
    before = await shop.api.run(IN_LONDON)
    async with shop.dial() as client:
        feed = await client.start(SUBSCRIPTIONS[0])
        snapshot = await feed.take(200)
        assert {each["kind"] for each in snapshot} == {"SNAPSHOT"}
        assert len({each["level"]["item"]["sku"] for each in snapshot}) == 200
        await shop.api.run(SELL)
        event = await feed.next()
        # The channel may not have been open for long enough; the count is the same either way.
        assert event["kind"] in {"CHANGE", "RESYNC"}
        assert event["level"] == {
            "item": {"sku": "TEA-001"},
            "onHand": before["onHand"] - 1,
            "available": before["available"] - 1,
            "version": before["version"] + 1,
        }
        if event["kind"] == "CHANGE":
            assert event["movement"] == {"delta": -1, "reason": "SALE", "reference": "R-1"}


async def test_the_tabs_of_the_playground_run(shop: Served) -> None:
    """Each as it is on a first visit."""
    query, mutation, subscription = (text.replace("${key}", "playground-1") for text in TABS)
    assert "${" not in query + mutation + subscription
    assert len((await shop.api.run(query))["nodes"]) == 5
    first = await shop.api.run(mutation)
    assert (first["replayed"], first["userErrors"]) == (False, [])
    assert await shop.api.run(mutation) == {**first, "replayed": True}
    async with shop.dial() as client:
        snapshot = await (await client.start(subscription)).take(200)
    assert {"item": {"sku": "TEA-001"}, **first["level"]} in [
        {name: value for name, value in each["level"].items() if name != "available"} for each in snapshot
    ]


async def played(shop: Served, title: str, *, is_patient: bool = False) -> list[Any]:
    """Run the queries and mutations of a part of the guide in order; return what each answered.

    A block that takes `$id` gets the one that the last block with a document, or a list of them, returned. Run a
    second time, each mutation answers as it did at first. Who `is_patient` asks for a list until it has something.
    """

    async def asked(text: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        async def read() -> list[Any]:
            answer = await shop.api.run(text, **variables)
            return [] if answer.get("nodes") == [] else [answer]

        return (await something(read))[0] if is_patient else await shop.api.run(text, **variables)

    ids: dict[str, str] = {}
    answers = []
    for text in dict(PARTS)[title]:
        if text.startswith("subscription"):
            continue
        variables = {name: known for name, known in ids.items() if f"${name}" in text}
        answer = await asked(text, variables)
        if text.startswith("mutation"):
            assert answer["userErrors"] == [], text
            assert await shop.api.run(text, **variables) == answer
            documents = [value for value in answer.values() if isinstance(value, dict) and "id" in value]
            ids |= {"id": documents[0]["id"]} if documents else {}
            ids |= {"operation": answer["operation"]["id"]} if "id" in answer.get("operation", ()) else {}
        elif isinstance(answer, dict) and (listed := [node for node in answer.get("nodes", ()) if "id" in node]):
            ids["id"] = listed[0]["id"]
        answers.append(answer)
    return answers


async def test_the_guide_takes_an_order_through_its_life(shop: Served) -> None:
    """Held, kept, sent in part, and the rest given back."""
    reserved, paid, shipped, cancelled = await played(shop, "The life of an order")
    assert reserved["reservation"]["state"] == "HELD"
    assert [hold["location"]["code"] for line in reserved["reservation"]["lines"] for hold in line["holds"]] == [
        "LONDON",
        "LEEDS",
    ]
    assert paid["reservation"] == {"state": "HELD", "expiresAt": None}
    assert shipped["reservation"]["state"] == "PARTIALLY_FULFILLED"
    assert [(line["reason"], line["delta"]) for line in shipped["movements"]] == [("SALE", -2)]
    assert cancelled["reservation"]["state"] == "FULFILLED"
    assert [(line["fulfilled"], line["released"]) for line in cancelled["reservation"]["lines"]] == [(2, 1), (0, 1)]


async def test_the_guide_records_what_has_happened(shop: Served) -> None:
    """Orders are short of what is gone, by name, and a till sells beyond the record once that is confirmed."""
    _, found, short, _, sold = await played(shop, "What has happened already")
    level = found["level"]
    assert (level["onHand"], level["reserved"], level["shortfall"]) == (3, 4, 1)
    assert {"type": "SHORTFALL"} in level["alerts"]
    assert level["shortReservations"]["nodes"] == [{"reference": "WEB-7301", "shortUnits": 1}]
    assert short["nodes"] == [
        {
            "reference": "WEB-7301",
            "shortUnits": 1,
            "short": [{"sku": "JAM-004", "location": {"code": "LEEDS"}, "units": 1}],
        }
    ]
    assert [line["delta"] for line in sold["movements"]] == [-300, -1]
    assert sold["movements"][1]["level"]["oversold"] > 0


async def test_the_guide_changes_an_order(shop: Served) -> None:
    """Raised, and one of its lines packed elsewhere; one of three tins never left."""
    _, changed, moved, shipped, here = await played(shop, "Changing an order")
    assert [(line["sku"], line["quantity"], line["held"]) for line in changed["reservation"]["lines"]] == [
        ("TEA-020", 3, 3),
        ("CUP-005", 1, 1),
    ]
    assert [hold["location"]["code"] for line in moved["reservation"]["lines"] for hold in line["holds"]] == [
        "BRIGHTON",
        "LEEDS",
    ]
    assert (shipped["reservation"]["state"], here["reservation"]["state"]) == ("FULFILLED", "PARTIALLY_FULFILLED")
    assert [(line["held"], line["fulfilled"]) for line in here["reservation"]["lines"]] == [(1, 2), (0, 1)]
    assert here["operation"]["reverses"] == {"kind": "reservationFulfill"}


async def test_the_guide_corrects_a_purchase_order(shop: Served) -> None:
    """Sixty of a hundred come, at another price, and ten of them so far."""
    _, sent, confirmed, arrived, corrected = await played(shop, "Correcting a purchase order")
    assert (sent["purchaseOrder"]["state"], arrived["purchaseOrder"]["state"]) == ("SUBMITTED", "RECEIVED")
    assert confirmed["purchaseOrder"]["lines"] == [
        {"quantity": 100, "short": 40, "outstanding": 60, "unitCost": "3.50"}
    ]
    assert corrected["purchaseOrder"]["lines"] == [{"received": 10, "outstanding": 50, "short": 40}]
    assert corrected["operation"]["reverses"] == {"kind": "purchaseOrderReceive"}


async def test_the_guide_watches_those_who_pack(shop: Served) -> None:
    """What is open in London is told at first, and then each step of it."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Packing"))
    line = {"sku": "TEA-009", "location": "LONDON", "quantity": 1}
    async with shop.dial() as client:
        first = await shop.api.run(RESERVE, input={"lines": [line]})
        feed = await client.start(watched)
        snapshot = await feed.next()
        assert (snapshot["kind"], snapshot["reservation"]["id"]) == ("SNAPSHOT", first["reservation"]["id"])
        second = await shop.api.run(RESERVE, input={"lines": [line]})
        event = await feed.next()
    assert (event["kind"], event["cause"]) == ("CHANGE", "reservationCreate")
    assert event["reservation"] == {
        "id": second["reservation"]["id"],
        "state": "HELD",
        "reference": None,
        "lines": [{"sku": "TEA-009", "held": 1, "waiting": 0}],
    }


async def test_the_guide_sends_a_transfer(shop: Served) -> None:
    """Five leave, four arrive, one is lost."""
    sent, left, arrived = await played(shop, "A transfer")
    assert sent["transfer"]["state"] == "DRAFT"
    assert left["transfer"] == {"state": "IN_TRANSIT", "lines": [{"shipped": 5, "outstanding": 5}]}
    assert arrived["transfer"] == {
        "state": "RECEIVED",
        "lines": [{"shipped": 5, "received": 4, "lost": 1, "outstanding": 0}],
    }


async def test_the_guide_orders_from_a_supplier(shop: Served) -> None:
    """Twelve are ordered, ten arrive, one of them broken, and two are short."""
    offers, planned, changed, submitted, confirmed, received = await played(shop, "A purchase order")
    assert [(each["supplier"]["code"], each["packSize"]) for each in offers["offers"]] == [
        ("HARBOUR", 6),
        ("ORCHARD", 24),
    ]
    assert (planned["purchaseOrder"]["state"], planned["purchaseOrder"]["value"]) == ("DRAFT", "122.40")
    assert changed["purchaseOrder"] == {
        "version": 2,
        "value": "115.20",
        "lines": [{"item": {"sku": "TEA-004"}, "quantity": 12}],
    }
    assert (submitted["purchaseOrder"]["state"], submitted["purchaseOrder"]["lines"]) == (
        "SUBMITTED",
        [{"outstanding": 12}],
    )
    assert confirmed["purchaseOrder"] == {"state": "CONFIRMED", "expectedAt": "2031-03-07T09:00:00Z"}
    assert received["purchaseOrder"] == {
        "state": "RECEIVED",
        "lines": [{"quantity": 12, "received": 10, "short": 2, "outstanding": 0}],
    }


async def test_the_guide_puts_a_damaged_unit_aside(shop: Served) -> None:
    """Then throws it away."""
    broken, thrown = await played(shop, "A damaged unit")
    assert broken["level"]["unavailableBy"] == {"damaged": 1}
    assert broken["level"]["available"] == broken["level"]["onHand"] - 1
    assert thrown["movement"] == {"reason": "WRITE_OFF", "delta": -1}
    assert thrown["level"] == {"onHand": broken["level"]["onHand"] - 1, "unavailable": 0}


async def test_the_guide_hears_that_stock_runs_low(shop: Served) -> None:
    """What is open first, then the alert of the sale, and that somebody takes care of it."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Alarm"))
    async with shop.dial() as client:
        feed = await client.start(watched)
        events = [await feed.next()]  # so that it has begun
        bought, low, seen = await played(shop, "When stock runs low")
        while len(changes := [event for event in events if event["kind"] == "CHANGE"]) < 2:
            events.append(await feed.next())
    assert bought["movements"] == [{"level": {"available": 9, "reorderPoint": 10, "alerts": [{"type": "LOW"}]}}]
    [alert] = low["nodes"]
    assert (alert["type"], alert["available"], alert["openedBy"]) == ("LOW", 9, {"kind": "saleRecord"})
    assert seen["alert"] == {"change": "ACKNOWLEDGED", "note": "50 jars are on their way."}
    told = {"id": alert["id"], "type": "LOW", "threshold": 10, "available": 9, "item": {"sku": "JAM-002"}}
    assert [(event["change"], event["alert"]) for event in changes] == [("OPENED", told), ("ACKNOWLEDGED", told)]
    assert {event["change"] for event in events[:-2]} == {None}


async def test_the_guide_sets_what_levels_replenish_themselves_by(shop: Served) -> None:
    """All coffee, then one bag of it alone, and then no longer."""
    coffee, follow, own, again, listed = await played(shop, "How a level replenishes itself", is_patient=True)
    settings = {"method": "PERIODIC", "reviewDays": 7, "reviewStart": "2026-01-05", "targetLevel": 60}
    assert (coffee["policy"]["version"], coffee["policy"]["settings"]) == (1, settings)
    policy = {"method": "PERIODIC", "targetLevel": 60, "own": []}
    coming = date.fromisoformat(follow["nodes"][0]["policy"].pop("nextReview"))
    assert coming.strftime("%A") == "Monday"
    assert follow == {
        "totalCount": 40,
        "nodes": [{"item": {"sku": "COF-001"}, "reorderPoint": 10, "policy": policy}],
    }
    assert own["level"]["policy"] == {**policy, "targetLevel": 90, "own": ["TARGET_LEVEL"]}
    assert again["level"]["policy"] == policy
    [node] = listed["nodes"]
    assert (node["scope"], node["name"]) == ("CATEGORY", "Coffee")
    assert node["settings"] == {"method": "PERIODIC", "targetLevel": 60, "reorderPoint": None}


async def test_the_guide_replaces_what_was_sold(shop: Served) -> None:
    """From a sale to an alert on a websocket to an order that nobody wrote to its receipt."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Shelf"))
    async with shop.dial() as client:
        feed = await client.start(watched)
        title = "From a sale to its replacement"
        policy, sold, written, fewer, sent, unpacked, replaced = await played(shop, title, is_patient=True)
        opened, closed = await feed.take(2)
    assert policy["level"]["policy"] == {"method": "MIN_MAX", "own": ["METHOD", "REORDER_POINT", "TARGET_LEVEL"]}
    assert (policy["level"]["available"], policy["level"]["needsReorder"]) == (140, False)
    assert sold["movements"] == [{"level": {"available": 95, "needsReorder": True, "alerts": [{"type": "LOW"}]}}]
    assert (opened["change"], opened["alert"]) == ("OPENED", {"type": "LOW", "available": 95})
    [order] = written["nodes"]
    assert order["supplier"] == {"code": "HARBOUR", "autoSubmit": False}
    reason = {"method": "MIN_MAX", "position": 95, "reorderPoint": 100, "targetLevel": 150}
    assert order["lines"] == [
        {
            "item": {"sku": "BIS-003"},
            "quantity": 60,
            "reasons": [{**reason, "wanted": 55, "quantity": 60, "packSize": 6}],
        }
    ]
    [line] = fewer["purchaseOrder"]["lines"]
    assert (fewer["purchaseOrder"]["version"], line["quantity"], line["setBy"]) == (2, 12, "anonymous")
    assert sent["purchaseOrder"]["state"] == "SUBMITTED"
    assert unpacked["purchaseOrder"] == {"state": "RECEIVED", "lines": [{"received": 12, "outstanding": 0}]}
    assert (closed["change"], closed["alert"]) == ("CLOSED", {"type": "LOW", "available": 107})
    assert replaced == {"available": 107, "incoming": 0, "planned": 0, "needsReorder": False, "alerts": []}


async def test_the_guide_declines_what_would_be_ordered(shop: Served) -> None:
    """The cancelled draft does not come back, until somebody takes the need up again."""
    _, drafted, cancelled, declined, resumed = await played(shop, "What you decide lasts", is_patient=True)
    [order] = drafted["nodes"]
    assert [line["item"]["sku"] for line in order["lines"]] == ["BIS-004"]
    assert cancelled["purchaseOrder"]["state"] == "CANCELLED"
    [need] = declined["nodes"]
    left = need["declined"].pop("position")
    assert (need["route"], need["wanted"], need["quantity"]) == ("DECLINED", 600 - left, 0)
    assert need["declined"] == {
        "reason": "ORDER_CANCELLED",
        "by": "anonymous",
        "note": "They sell slowly.",
        "quantity": 0,
        "wakesAtPosition": left // 2,
        "until": None,
    }
    assert resumed["level"] == {"declined": None}
    [again] = await something(lambda: drafts_of(shop, order["id"]))
    assert again["lines"] == order["lines"]


async def drafts_of(shop: Served, but: str) -> list[dict[str, Any]]:
    """Return the drafts that the guide asks for, without one."""
    asked = next(text for text in GRAPHQL if text.startswith("query Drafted"))
    return [node for node in (await shop.api.run(asked))["nodes"] if node["id"] != but]


async def test_the_guide_counts(shop: Served) -> None:
    """One of two items, blindly; its variance is what the post changes."""
    before = await shop.api.run(IN_BRIGHTON)
    due, opened, written, posted = await played(shop, "A count")
    assert len(due) == 5
    assert opened["count"]["matching"] == 2
    assert written["count"] == {"linesCounted": 1, "progress": 0.5}
    (line,) = posted["count"]["lines"]
    assert (line["item"]["sku"], line["counted"], line["expected"]) == ("COF-001", 7, before["onHand"])
    assert line["variance"] == 7 - before["onHand"]
    assert posted["count"]["state"] == "POSTED"
    assert (await shop.api.run(IN_BRIGHTON))["onHand"] == 7


async def test_the_guide_sees_the_whole_shop(shop: Served) -> None:
    """Forty sorts of tea at three locations, and what is searched for."""
    glance, found = await played(shop, "The whole shop at a glance")
    assert glance["totals"]["levels"] == 120
    assert sum(each["totals"]["onHand"] for each in glance["byLocation"]) == glance["totals"]["onHand"]
    assert [item["name"] for item in found["items"]["nodes"]] == ["Earl Grey Tea, Small Tin"]
    assert found["itemByBarcode"]["sku"] == "TEA-001"


async def test_the_guide_types_as_people_do(shop: Served) -> None:
    """What may be a slip is told; what is left out in typing is found."""
    made, found = await played(shop, "What people type")
    assert [warning["code"] for warning in made["warnings"]] == ["SIMILAR_SKU", "WRONG_CHECK_DIGIT"]
    assert found == {
        "accents": {"nodes": [{"sku": "tea-001"}]},
        "parts": {"nodes": [{"sku": "TEA-001"}]},
        "itemByBarcode": {"sku": "tea-001"},
    }


async def test_the_guide_tells_a_partner(shop: Served) -> None:
    """With a secret by which the receiver that is printed verifies what is sent, and with the next one beside it."""
    told, rotated = await played(shop, "Webhooks")
    assert told["webhook"] == {
        "id": told["webhook"]["id"],
        "state": "ACTIVE",
        "events": ["LEVEL_CHANGED", "RESERVATION_EXPIRED"],
        "locations": ["LEEDS"],
    }
    assert rotated["webhook"] == {"secrets": 2}
    [receiver] = [text for language, text in BLOCKS if language == "python"]
    printed: dict[str, Any] = {}
    exec(receiver, printed)  # noqa: S102 - what we print ourselves
    message = replace(a_message(), body='{"type": "level.changed"}')
    secrets, now = [rotated["secret"], told["secret"]], Moment(time.time_ns() // 1_000)
    headers = signed_headers(message, secrets=secrets, at=now)
    for secret in secrets:
        assert printed["verified"](message.body.encode(), headers, secret) == {"type": "level.changed"}


async def test_the_guide_sees_what_sells(shop: Served) -> None:
    """What sold for most until now; in a shop that opened today nothing is dead yet."""
    await shop.api.run(SELL)
    insight, dead = await played(shop, "What sells, and what does not")
    assert insight["nodes"]
    for node in insight["nodes"]:
        assert (node["unitsSold"] > 0, node["velocity"] == node["unitsSold"], node["abcClass"]) == (True, True, "A")
    assert dead == {"nodes": [], "totalCount": 0}
