"""What the guides print runs as it is printed, on the demo shop."""

import re
import time
from dataclasses import replace
from datetime import date
from typing import Any

from graphql import NoDeprecatedCustomRule, OperationDefinitionNode, parse, specified_rules, validate

from app.domain.time import Moment
from app.outbound.signing import signed_headers
from tests.graphql.live.sockets import Served
from tests.graphql.printed import PAGES, SCHEMA, parts, texts
from tests.support.waiting import eventually
from tests.support.webhooks import a_message

RULES = (*specified_rules, NoDeprecatedCustomRule)
GRAPHQL = texts("graphql")
PARTS = {page.removeprefix("docs/"): found for page in PAGES[1:] if (found := parts(page))}
TESTED = {
    "guides/orders.md": {"The life of an order": 4, "Backorders": 1, "Changing an order": 5},
    "guides/archiving.md": {"Archiving": 1},
    "guides/transfers.md": {"Transfers": 3},
    "guides/purchasing.md": {"A purchase order": 6, "Correcting a purchase order": 5},
    "guides/damaged-stock.md": {"Damaged stock": 2},
    "guides/shortfalls.md": {"Shortfalls and overselling": 5},
    "guides/alerts.md": {"Alerts": 4},
    "guides/replenishment.md": {
        "Policies and inheritance": 5,
        "From a sale to its receipt": 8,
        "Overruling automatic orders": 5,
    },
    "guides/counting.md": {"Counting": 4},
    "guides/insight.md": {"Totals and lists": 2, "Velocity, cover and dead stock": 3},
    "guides/search.md": {"What a text may hold": 1, "How items are found": 1},
    "guides/webhooks.md": {"Create a webhook": 1, "Rotate the secret": 1},
}

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


def test_each_page_is_run() -> None:
    """The sections of these guides have tests of their own; all other pages are run by the last test of this file."""
    assert {name: {section: len(blocks) for section, blocks in PARTS[name].items()} for name in TESTED} == TESTED


def test_what_the_pages_print_is_valid() -> None:
    """For the committed schema, without anything deprecated; fragments of a schema are parsed only."""
    for text in GRAPHQL:
        document = parse(text)
        if any(isinstance(each, OperationDefinitionNode) for each in document.definitions):
            assert [error.message for error in validate(SCHEMA, document, RULES)] == [], text


async def played(demo_shop: Served, guide: str, section: str | None = None, *, is_patient: bool = False) -> list[Any]:
    """Run the queries and mutations of a guide, or of one section, in order; return what each answered.

    A block that takes `$id` gets the one that the last block with a document, or a list of them, returned. Run a
    second time, each mutation answers as it did at first. With `is_patient` a list is read until it has an entry.
    """
    sections = PARTS[f"guides/{guide}.md"]
    blocks = sections[section] if section else [text for texts in sections.values() for text in texts]
    return await run_in_order(demo_shop, blocks, is_patient=is_patient)


async def run_in_order(demo_shop: Served, texts: list[str], *, is_patient: bool = False) -> list[Any]:
    """Run all operations but subscriptions, each with the ids that the ones before it returned."""

    async def answer_to(text: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        async def read() -> list[Any]:
            answer = await demo_shop.api.run(text, **variables)
            return [] if answer.get("nodes") == [] else [answer]

        return (await eventually(read))[0] if is_patient else await demo_shop.api.run(text, **variables)

    ids: dict[str, Any] = {"documents": [{"text": "{ __typename }"}]}  # a page registers what its reader has
    answers = []
    for text in texts:
        if text.startswith("subscription"):
            continue
        variables = {name: known for name, known in ids.items() if f"${name}" in text}
        answer = await answer_to(text, variables)
        if text.startswith("mutation"):
            if answer["userErrors"] and re.search(r"\.\.\. on \w+Error", text):
                continue  # printed to show the refusal
            assert answer["userErrors"] == [], text
            shown_once = {"key": None} if "key" in answer else {}
            assert await demo_shop.api.run(text, **variables) == {**answer, **shown_once}
            documents = [value for value in answer.values() if isinstance(value, dict) and "id" in value]
            ids |= {"id": documents[0]["id"]} if documents else {}
            ids |= {"operation": answer["operation"]["id"]} if "id" in answer.get("operation", ()) else {}
        elif isinstance(answer, dict) and (listed := [node for node in answer.get("nodes", ()) if "id" in node]):
            ids["id"] = listed[0]["id"]
        answers.append(answer)
    return answers


async def test_the_guide_takes_an_order_through_its_life(demo_shop: Served) -> None:
    """Held, kept, sent in part, and the rest given back."""
    reserved, paid, shipped, cancelled = await played(demo_shop, "orders", "The life of an order")
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


async def test_the_guide_records_what_has_happened(demo_shop: Served) -> None:
    """Orders are short of what is gone, by name, and a till sells beyond the record once that is confirmed."""
    _, found, short, _, sold = await played(demo_shop, "shortfalls")
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


async def test_the_guide_changes_an_order(demo_shop: Served) -> None:
    """Raised, and one of its lines packed elsewhere; one of three tins never left."""
    _, changed, moved, shipped, here = await played(demo_shop, "orders", "Changing an order")
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


async def test_the_guide_corrects_a_purchase_order(demo_shop: Served) -> None:
    """Sixty of a hundred come, at another price, and ten of them so far."""
    _, sent, confirmed, arrived, corrected = await played(demo_shop, "purchasing", "Correcting a purchase order")
    assert (sent["purchaseOrder"]["state"], arrived["purchaseOrder"]["state"]) == ("SUBMITTED", "RECEIVED")
    assert confirmed["purchaseOrder"]["lines"] == [
        {"quantity": 100, "short": 40, "outstanding": 60, "unitCost": "3.50"}
    ]
    assert corrected["purchaseOrder"]["lines"] == [{"received": 10, "outstanding": 50, "short": 40}]
    assert corrected["operation"]["reverses"] == {"kind": "purchaseOrderReceive"}


async def test_the_guide_watches_those_who_pack(demo_shop: Served) -> None:
    """The open reservations of London come first, and then each change."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Packing"))
    line = {"sku": "TEA-009", "location": "LONDON", "quantity": 1}
    async with demo_shop.dial() as client:
        first = await demo_shop.api.run(RESERVE, input={"lines": [line]})
        feed = await client.start(watched)
        snapshot = await feed.next()
        assert (snapshot["kind"], snapshot["reservation"]["id"]) == ("SNAPSHOT", first["reservation"]["id"])
        second = await demo_shop.api.run(RESERVE, input={"lines": [line]})
        event = await feed.next()
    assert (event["kind"], event["cause"]) == ("CHANGE", "reservationCreate")
    assert event["reservation"] == {
        "id": second["reservation"]["id"],
        "state": "HELD",
        "reference": None,
        "lines": [{"sku": "TEA-009", "held": 1, "waiting": 0}],
    }


async def test_the_guide_sends_a_transfer(demo_shop: Served) -> None:
    """Five leave, four arrive, one is lost."""
    sent, left, arrived = await played(demo_shop, "transfers")
    assert sent["transfer"]["state"] == "DRAFT"
    assert left["transfer"] == {"state": "IN_TRANSIT", "lines": [{"shipped": 5, "outstanding": 5}]}
    assert arrived["transfer"] == {
        "state": "RECEIVED",
        "lines": [{"shipped": 5, "received": 4, "lost": 1, "outstanding": 0}],
    }


async def test_the_guide_orders_from_a_supplier(demo_shop: Served) -> None:
    """Twelve are ordered, ten arrive, one of them broken, and two are short."""
    offers, planned, changed, submitted, confirmed, received = await played(demo_shop, "purchasing", "A purchase order")
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


async def test_the_guide_puts_a_damaged_unit_aside(demo_shop: Served) -> None:
    """Then throws it away."""
    broken, thrown = await played(demo_shop, "damaged-stock")
    assert broken["level"]["unavailableBy"] == {"damaged": 1}
    assert broken["level"]["available"] == broken["level"]["onHand"] - 1
    assert thrown["movement"] == {"reason": "WRITE_OFF", "delta": -1}
    assert thrown["level"] == {"onHand": broken["level"]["onHand"] - 1, "unavailable": 0}


async def test_the_guide_hears_that_stock_runs_low(demo_shop: Served) -> None:
    """The open alerts come first, then the alert of the sale, and its acknowledgement."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Alarm"))
    async with demo_shop.dial() as client:
        feed = await client.start(watched)
        events = [await feed.next()]  # so that it has begun
        bought, low, seen = await played(demo_shop, "alerts")
        while len(changes := [event for event in events if event["kind"] == "CHANGE"]) < 2:
            events.append(await feed.next())
    assert bought["movements"] == [{"level": {"available": 9, "reorderPoint": 10, "alerts": [{"type": "LOW"}]}}]
    [alert] = low["nodes"]
    assert (alert["type"], alert["available"], alert["openedBy"]) == ("LOW", 9, {"kind": "saleRecord"})
    assert seen["alert"] == {"change": "ACKNOWLEDGED", "note": "50 jars are on their way."}
    expected = {"id": alert["id"], "type": "LOW", "threshold": 10, "available": 9, "item": {"sku": "JAM-002"}}
    assert [event["change"] for event in changes] == ["OPENED", "ACKNOWLEDGED"]
    assert [event["alert"] for event in changes] == [expected, expected]
    assert {event["change"] for event in events[:-2]} == {None}


async def test_the_guide_sets_what_levels_replenish_themselves_by(demo_shop: Served) -> None:
    """All coffee, then one bag of it alone, and then no longer."""
    coffee, follow, own, again, listed = await played(
        demo_shop, "replenishment", "Policies and inheritance", is_patient=True
    )
    settings = {"method": "PERIODIC", "reviewDays": 7, "reviewStart": "2026-01-05", "targetLevel": 60}
    assert (coffee["policy"]["version"], coffee["policy"]["settings"]) == (1, settings)
    policy = {"method": "PERIODIC", "targetLevel": 60, "overrides": []}
    coming = date.fromisoformat(follow["nodes"][0]["policy"].pop("nextReview"))
    assert coming.strftime("%A") == "Monday"
    assert follow == {
        "totalCount": 40,
        "nodes": [{"item": {"sku": "COF-001"}, "reorderPoint": 10, "policy": policy}],
    }
    assert own["level"]["policy"] == {**policy, "targetLevel": 90, "overrides": ["TARGET_LEVEL"]}
    assert again["level"]["policy"] == policy
    [node] = listed["nodes"]
    assert (node["scope"], node["name"]) == ("CATEGORY", "Coffee")
    assert node["settings"] == {"method": "PERIODIC", "targetLevel": 60, "reorderPoint": None}


async def test_the_guide_replaces_what_was_sold(demo_shop: Served) -> None:
    """From a sale to an alert on a websocket, an automatic order and its receipt."""
    watched = next(text for text in GRAPHQL if text.startswith("subscription Biscuits"))
    async with demo_shop.dial() as client:
        feed = await client.start(watched)
        section = "From a sale to its receipt"
        policy, sold, written, fewer, sent, unpacked, replaced = await played(
            demo_shop, "replenishment", section, is_patient=True
        )
        opened, closed = await feed.take(2)
    assert policy["level"]["policy"] == {"method": "MIN_MAX", "overrides": ["METHOD", "REORDER_POINT", "TARGET_LEVEL"]}
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


async def test_the_guide_declines_what_would_be_ordered(demo_shop: Served) -> None:
    """The cancelled draft does not come back until the need is resumed."""
    _, drafted, cancelled, declined, resumed = await played(
        demo_shop, "replenishment", "Overruling automatic orders", is_patient=True
    )
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
        "resumesAtPosition": left // 2,
        "until": None,
    }
    assert resumed["level"] == {"declined": None}
    [again] = await eventually(lambda: drafts_of(demo_shop, order["id"]))
    assert again["lines"] == order["lines"]


async def drafts_of(demo_shop: Served, but: str) -> list[dict[str, Any]]:
    """Return the drafts that the guide asks for, without one."""
    asked = next(text for text in GRAPHQL if text.startswith("query Drafted"))
    return [node for node in (await demo_shop.api.run(asked))["nodes"] if node["id"] != but]


async def test_the_guide_counts(demo_shop: Served) -> None:
    """One of two items, blindly; its variance is what the post changes."""
    before = await demo_shop.api.run(IN_BRIGHTON)
    due, opened, written, posted = await played(demo_shop, "counting")
    assert len(due) == 5
    assert opened["count"]["levelsInScope"] == 2
    assert written["count"] == {"linesCounted": 1, "progress": 0.5}
    (line,) = posted["count"]["lines"]
    assert (line["item"]["sku"], line["counted"], line["expected"]) == ("COF-001", 7, before["onHand"])
    assert line["variance"] == 7 - before["onHand"]
    assert posted["count"]["state"] == "POSTED"
    assert (await demo_shop.api.run(IN_BRIGHTON))["onHand"] == 7


async def test_the_guide_sees_the_whole_shop(demo_shop: Served) -> None:
    """Forty sorts of tea at three locations, and what is searched for."""
    glance, found = await played(demo_shop, "insight", "Totals and lists")
    assert glance["totals"]["levels"] == 120
    assert sum(each["totals"]["onHand"] for each in glance["byLocation"]) == glance["totals"]["onHand"]
    assert [item["name"] for item in found["items"]["nodes"]] == ["Earl Grey Tea, Small Tin"]
    assert found["itemByBarcode"]["sku"] == "TEA-001"


async def test_the_guide_types_as_people_do(demo_shop: Served) -> None:
    """A probable mistake is accepted with a warning; accents and zeros that are left out are found."""
    made, found = await played(demo_shop, "search")
    assert [warning["code"] for warning in made["warnings"]] == ["SIMILAR_SKU", "WRONG_CHECK_DIGIT"]
    assert found == {
        "accents": {"nodes": [{"sku": "tea-001"}]},
        "parts": {"nodes": [{"sku": "TEA-001"}]},
        "itemByBarcode": {"sku": "tea-001"},
    }


async def test_the_guide_tells_a_partner(demo_shop: Served) -> None:
    """With a secret by which the receiver that is printed verifies what is sent, and with the next one beside it."""
    created, rotated = await played(demo_shop, "webhooks")
    assert created["webhook"] == {
        "id": created["webhook"]["id"],
        "state": "ACTIVE",
        "events": ["LEVEL_CHANGED", "RESERVATION_EXPIRED"],
        "locations": ["LEEDS"],
    }
    assert rotated["webhook"] == {"secretCount": 2}
    [receiver] = texts("python", "docs/guides/webhooks.md")
    printed: dict[str, Any] = {}
    exec(receiver, printed)  # noqa: S102 - what we print ourselves
    message = replace(a_message(), body='{"type": "level.changed"}')
    secrets, now = [rotated["secret"], created["secret"]], Moment(time.time_ns() // 1_000)
    headers = signed_headers(message, secrets=secrets, at=now)
    for secret in secrets:
        assert printed["verified"](message.body.encode(), headers, secret) == {"type": "level.changed"}


async def test_the_guide_sees_what_sells(demo_shop: Served) -> None:
    """What sold for most until now; in a shop that opened today nothing is dead yet."""
    await demo_shop.api.run(SELL)
    insight, dead, classes = await played(demo_shop, "insight", "Velocity, cover and dead stock")
    assert insight["nodes"]
    for node in insight["nodes"]:
        assert (node["unitsSold"] > 0, node["velocity"] == node["unitsSold"], node["abcClass"]) == (True, True, "A")
    assert dead == {"nodes": [], "totalCount": 0}
    assert [(each["abcClass"], each["deadLevels"]) for each in classes] == [("A", 0), ("B", 0), ("C", 0)]


async def test_the_guide_closes_a_shop_only_when_it_is_empty(demo_shop: Served) -> None:
    """The refusal names what is open, and nothing is archived."""
    [[text]] = PARTS["guides/archiving.md"].values()
    answer = await demo_shop.api.run(text)
    [refusal] = answer["userErrors"]
    assert (answer["location"], refusal["code"]) == (None, "STILL_OPEN")
    assert "UNITS" in {each["kind"] for each in refusal["open"]}


async def test_every_other_page_runs_as_printed(demo_shop: Served) -> None:
    """Its operations in order, section by section; each subscription begins."""
    for page in sorted(PARTS.keys() - TESTED.keys()):
        for blocks in PARTS[page].values():
            operations = [text for text in blocks if re.match(r"query|mutation|subscription|\{", text)]
            await run_in_order(demo_shop, operations)
            for text in operations:
                if text.startswith("subscription"):
                    async with demo_shop.dial() as client:
                        await (await client.start(text)).next()
