"""countOpen, countRecord, countPost, countCancel, count, counts and countsDue."""

from datetime import datetime, timedelta

from tests.graphql.api import Api
from tests.graphql.counting.operations import (
    ADJUST,
    CANCEL,
    COUNT,
    COUNTS,
    DUE,
    LINES,
    NODE,
    OPEN,
    POST,
    RECORD,
    UPSERT,
    changed,
    on_hand,
    opened,
    recorded,
    units,
)


async def test_a_count_is_opened(shop: Api) -> None:
    """With nothing counted yet; archived items do not belong to it."""
    payload = await shop.run(
        OPEN, input={"location": "MAIN", "reference": "C-1", "note": "Monday", "idempotencyKey": "k"}
    )
    assert payload == {
        "count": {
            "id": payload["count"]["id"],
            "state": "OPEN",
            "mode": "LAST",
            "isBlind": False,
            "openedBy": payload["count"]["openedBy"],
            "reference": "C-1",
            "note": "Monday",
            "uncountedRule": None,
            "levelsInScope": 2,
            "linesCounted": 0,
            "linesPosted": 0,
            "entryCount": 0,
            "progress": 0.0,
            "version": 1,
            "location": {"code": "MAIN"},
            "scope": {"category": None, "tags": [], "skus": None},
            "summary": {
                "lines": 0,
                "unitsCounted": 0,
                "surplusUnits": 0,
                "missingUnits": 0,
                "surplusValue": "0.00",
                "missingValue": "0.00",
                "uncounted": 2,
            },
        },
        "operation": {"kind": "countOpen", "idempotencyKey": "k", "reference": "C-1"},
        "replayed": False,
        "userErrors": [],
    }
    count = await shop.run(COUNT, id=payload["count"]["id"])
    assert count | payload["count"] == count
    assert (count["openedAt"] <= count["updatedAt"], count["postedAt"]) == (True, None)
    node = {"__typename": "StockCount", "id": count["id"], "state": "OPEN"}
    assert await shop.run(NODE, id=count["id"]) == node
    async with shop.nothing_changes():
        again = await shop.run(
            OPEN, input={"location": "MAIN", "reference": "C-1", "note": "Monday", "idempotencyKey": "k"}
        )
    assert again == {**payload, "replayed": True}


async def test_a_count_tells_its_scope(shop: Api) -> None:
    """As it was given."""
    for scope, matching in (
        ({"category": "Tea", "tags": ["hot"]}, 0),
        ({"category": "Tea"}, 1),
        ({"skus": ["CUP-1", "TEA-1"]}, 2),
        ({}, 2),
    ):
        count = await shop.run(COUNT, id=await opened(shop, scope=scope))
        assert count["scope"] == {"category": None, "tags": [], "skus": None} | scope
        assert count["levelsInScope"] == matching


async def test_a_count_is_recorded_reviewed_and_posted(shop: Api) -> None:
    """From what people found to the ledger; what is sold in between stays sold."""
    # given
    await changed(shop, UPSERT, sku="TEA-1", unitCost="2.5", barcodes=["400"])
    identity = await opened(shop, reference="C-1")
    # when
    count = await recorded(
        shop, identity, {"barcode": "400", "quantity": 8}, units("CUP-1", 5), countedBy="Ann", idempotencyKey="k"
    )
    await changed(shop, ADJUST, sku="TEA-1", location="MAIN", delta=-3, reason="SALE")
    # then
    assert (count["linesCounted"], count["entryCount"], count["progress"], count["version"]) == (2, 2, 1.0, 2)
    assert count["summary"] == {
        "lines": 2,
        "unitsCounted": 13,
        "surplusUnits": 1,
        "missingUnits": 2,
        "surplusValue": "0.00",
        "missingValue": "5.00",
        "uncounted": 0,
    }
    lines = (await shop.run(LINES, id=identity))["lines"]
    [cup, tea] = lines["nodes"]
    [entry] = tea.pop("entries")
    assert tea == {
        "item": {"sku": "TEA-1", "name": "Green Tea"},
        "counted": 8,
        "expected": 10,
        "variance": -2,
        "moved": 0,
        "value": "-5.00",
        "isAssumed": False,
        "postedUnits": None,
        "movement": None,
    }
    assert entry.pop("countedAt").startswith("20")
    assert entry == {"countedBy": "Ann", "quantity": 8, "expected": 10, "startsOver": False}
    assert (cup["variance"], cup["value"]) == (1, None)
    # when
    payload = await shop.run(POST, input={"id": identity, "idempotencyKey": "p"})
    # then
    assert payload["operation"] == {
        "kind": "countPost",
        "idempotencyKey": "p",
        "reference": "C-1",
        "movements": [
            {"delta": 1, "reason": "COUNT", "level": {"item": {"sku": "CUP-1"}, "onHand": 5}},
            {"delta": -2, "reason": "COUNT", "level": {"item": {"sku": "TEA-1"}, "onHand": 5}},
        ],
    }
    posted = payload["count"]
    assert (posted["state"], posted["linesPosted"], posted["uncountedRule"], payload["userErrors"]) == (
        "POSTED",
        2,
        "IGNORE",
        [],
    )
    assert posted["postedAt"] is not None
    [cup, tea] = (await shop.run(LINES, id=identity))["lines"]["nodes"]
    assert (tea["postedUnits"], tea["movement"]) == (-2, {"delta": -2, "reason": "COUNT", "version": 3})
    async with shop.nothing_changes():
        assert await shop.run(POST, input={"id": identity, "idempotencyKey": "p"}) == {**payload, "replayed": True}


async def test_lines_are_paged_and_narrowed_to_variances(shop: Api) -> None:
    """By SKU, with cursors."""
    identity = await opened(shop)
    await recorded(shop, identity, units("TEA-1", 10), units("CUP-1", 3))
    first = (await shop.run(LINES, id=identity, first=1))["lines"]
    assert ([node["item"]["sku"] for node in first["nodes"]], first["totalCount"]) == (["CUP-1"], 2)
    assert first["pageInfo"]["hasNextPage"]
    second = (await shop.run(LINES, id=identity, first=1, after=first["pageInfo"]["endCursor"]))["lines"]
    assert [edge["node"] for edge in second["edges"]] == [{"item": {"sku": "TEA-1"}}]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    varying = (await shop.run(LINES, id=identity, only=True))["lines"]
    assert ([node["variance"] for node in varying["nodes"]], varying["totalCount"]) == ([-1], 1)


async def test_a_blind_count_tells_nothing_of_what_is_on_record(shop: Api) -> None:
    """Neither in its lines nor in its totals, until it is closed."""
    identity = await opened(shop, isBlind=True)
    count = await recorded(shop, identity, units("TEA-1", 8))
    assert count["summary"] == {
        "lines": 1,
        "unitsCounted": 8,
        "surplusUnits": None,
        "missingUnits": None,
        "surplusValue": None,
        "missingValue": None,
        "uncounted": 1,
    }
    [line] = (await shop.run(LINES, id=identity))["lines"]["nodes"]
    assert (line["counted"], line["expected"], line["variance"], line["moved"], line["value"]) == (8, *[None] * 4)
    assert [entry["expected"] for entry in line["entries"]] == [None]
    message = "A blind count tells nothing of its variances while it is open."
    assert await shop.error_message(LINES, id=identity, only=True) == message
    await shop.run(POST, input={"id": identity})
    [line] = (await shop.run(LINES, id=identity, only=True))["lines"]["nodes"]
    assert (line["expected"], line["variance"], line["entries"][0]["expected"]) == (10, -2, 10)


async def test_partial_counts_add_up_and_may_start_over(shop: Api) -> None:
    """With the mode SUM."""
    identity = await opened(shop, mode="SUM")
    await recorded(shop, identity, units("TEA-1", 600))
    await recorded(shop, identity, {**units("TEA-1", 6), "startsOver": True})
    await changed(shop, ADJUST, sku="TEA-1", location="MAIN", delta=-1, reason="SALE")
    await recorded(shop, identity, units("TEA-1", 3))
    [line] = (await shop.run(LINES, id=identity))["lines"]["nodes"]
    assert (line["counted"], line["expected"], line["variance"], line["moved"]) == (9, 9, 0, 1)
    assert [entry["startsOver"] for entry in line["entries"]] == [False, True, False]


async def test_an_entry_of_an_earlier_moment_is_compared_with_that_moment(shop: Api) -> None:
    """As of a scanner that was offline."""
    identity = await opened(shop)
    counted_at = (await shop.run(COUNT, id=identity))["updatedAt"]
    moment = datetime.fromisoformat(counted_at) + timedelta(microseconds=1)
    await changed(shop, ADJUST, sku="TEA-1", location="MAIN", delta=-3, reason="SALE")
    await recorded(shop, identity, units("TEA-1", 10), occurredAt=moment.isoformat())
    [line] = (await shop.run(LINES, id=identity))["lines"]["nodes"]
    assert (line["expected"], line["variance"]) == (10, 0)
    assert datetime.fromisoformat(line["entries"][0]["countedAt"]) == moment


async def test_what_nobody_counted_may_be_taken_for_gone(shop: Api) -> None:
    """If that is asked for."""
    identity = await opened(shop)
    await recorded(shop, identity, units("TEA-1", 10))
    payload = await shop.run(POST, input={"id": identity, "uncounted": "ZERO"})
    assert (payload["count"]["uncountedRule"], payload["count"]["summary"]["uncounted"]) == ("ZERO", 1)
    assert (await on_hand(shop, "TEA-1"), await on_hand(shop, "CUP-1")) == (10, 0)
    [cup, _] = (await shop.run(LINES, id=identity))["lines"]["nodes"]
    assert (cup["isAssumed"], cup["entries"], cup["variance"], cup["postedUnits"]) == (True, [], -4, -4)


async def test_a_cancelled_count_can_only_be_read(shop: Api) -> None:
    """Nothing more is done with it."""
    identity = await opened(shop)
    payload = await shop.run(CANCEL, input={"id": identity})
    assert (payload["count"]["state"], payload["operation"]["kind"]) == ("CANCELLED", "countCancel")
    assert payload["count"]["summary"]["uncounted"] is None
    for query, others in ((CANCEL, {}), (POST, {}), (RECORD, {"lines": [units("TEA-1", 1)]})):
        [error] = await shop.refusal(query, id=identity, **others)
        assert (error["__typename"], error["field"]) == ("WrongStateError", ["id"])
        assert error["message"].endswith("is CANCELLED: it was given up; open another count.")


async def test_counts_are_listed_the_newest_first(shop: Api) -> None:
    """By state and location, in pages."""
    ids = [await opened(shop, location=code) for code in ("MAIN", "NORTH", "MAIN")]
    await shop.run(CANCEL, input={"id": ids[0]})
    shown = await shop.run(COUNTS)
    assert ([node["id"] for node in shown["nodes"]], shown["totalCount"]) == (ids[::-1], 3)
    for where, expected in (
        ({"location": "MAIN"}, [ids[2], ids[0]]),
        ({"states": ["OPEN"]}, [ids[2], ids[1]]),
        ({"states": []}, []),
        ({"location": "MAIN", "states": ["OPEN", "POSTING"]}, [ids[2]]),
        ({"from": "2000-01-01T00:00:00Z", "to": "2001-01-01T00:00:00Z"}, []),
    ):
        assert [node["id"] for node in (await shop.run(COUNTS, filter=where))["nodes"]] == expected
    page = await shop.run(COUNTS, first=2)
    assert page["pageInfo"]["hasNextPage"]
    rest = await shop.run(COUNTS, after=page["pageInfo"]["endCursor"])
    assert [node["id"] for node in rest["nodes"]] == ids[:1]


async def test_what_sells_is_to_be_counted_first(shop: Api) -> None:
    """Never counted, so due ever since; counted, it is not due for a while."""
    await changed(shop, UPSERT, sku="TEA-1", unitCost="2.5")
    await changed(shop, ADJUST, sku="TEA-1", location="MAIN", delta=-4, reason="SALE")
    tea, cup = await shop.run(DUE, location="MAIN")
    assert tea == {
        "item": {"sku": "TEA-1"},
        "level": {"onHand": 6},
        "abcClass": "A",
        "lastCountedAt": None,
        "dueAt": None,
        "value": "10.00",
    }
    assert (cup["item"], cup["abcClass"], cup["value"]) == ({"sku": "CUP-1"}, "C", "0.00")
    identity = await opened(shop)
    await recorded(shop, identity, units("TEA-1", 6))
    await shop.run(POST, input={"id": identity})
    classes = [{"class": "A", "everyDays": 1}, {"class": "C", "everyDays": 3_650}]
    assert [each["item"]["sku"] for each in await shop.run(DUE, location="MAIN", classes=classes)] == ["CUP-1"]
    assert await shop.run(DUE, location="MAIN", first=0) == []
