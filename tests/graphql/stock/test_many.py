"""stockAdjustMany and stockSetMany: many levels in one operation, all lines or line by line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import CODE_RULE, LEVEL, MAX, SKU_RULE, WHY, user_error

EXPECTED_RULE = "must be given by exactly one of expectedOnHand, expectedVersion or force: true"
BY_KEY = "query ($key: String!) { operationByKey(idempotencyKey: $key) { id kind } }"


def mutation(name: str) -> str:
    """Return one of the two, asking for everything that it answers."""
    return (
        f"""
mutation Many($input: {name[0].upper()}{name[1:]}Input!) {{
  {name}(input: $input) {{
    results {{
      line
      level {{ item {{ sku }} location {{ code }} onHand reorderPoint backorderLimit version }}
      movement {{ delta reason version }}
      userErrors {{ ...Why }}
    }}
    operation {{ id kind reference movements {{ nodes {{ delta }} }} }}
    replayed
    userErrors {{ ...Why }}
  }}
}}
"""
        + WHY
    )


ADJUST_MANY, SET_MANY = mutation("stockAdjustMany"), mutation("stockSetMany")


def adjusting(sku: str, delta: int, location: str = "MAIN") -> dict[str, Any]:
    """Return a line that adds units."""
    return {"sku": sku, "location": location, "delta": delta, "reason": "CORRECTION"}


def setting(sku: str, quantity: int, location: str = "MAIN", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a line that sets units, forced unless it says what it expects."""
    expected = {} if more.keys() & {"expectedOnHand", "expectedVersion", "force"} else {"force": True}
    return {"sku": sku, "location": location, "quantity": quantity, **expected, **more}


def done(  # noqa: PLR0917 - a row of numbers
    number: int, sku: str, delta: int, on_hand: int, version: int, location: str = "MAIN", *, reason: str = "COUNT"
) -> dict[str, Any]:
    """Return the result of a line that was carried out."""
    at = {"item": {"sku": sku}, "location": {"code": location}}
    reorder_point = 5 if sku == "TEA-1" else 0
    return {
        "line": number,
        "level": {**at, "onHand": on_hand, "reorderPoint": reorder_point, "backorderLimit": 0, "version": version},
        "movement": {"delta": delta, "reason": reason, "version": version},
        "userErrors": [],
    }


def adjusted(*result: Any) -> dict[str, Any]:  # noqa: ANN401 - as of `done`
    """Return the result of a line that added units."""
    return done(*result, reason="CORRECTION")


def refused(number: int, error: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a line that was refused."""
    return {"line": number, "level": None, "movement": None, "userErrors": [error]}


def error(type_: str, message: str, *field: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return an error of a line."""
    return user_error(type_, message, "lines", *field, **facts)


def errors_of(quantity: str) -> dict[int, dict[str, Any]]:
    """Return the errors that both mutations find in the same lines; `quantity` is the field of the units."""
    tea = {"sku": "TEA-1", "location": "MAIN"}
    found = {
        0: error(
            "InsufficientStockError",
            "11 requested, 10 available of TEA-1 at MAIN.",
            *("0", "delta"),
            **tea,
            requested=11,
            available=10,
        ),
        2: error("UnknownItemError", "No item has the SKU 'NONE'.", "2", "sku", sku="NONE"),
        3: error("UnknownLocationError", "No location has the code 'NONE'.", "3", "location", location="NONE"),
        5: error("ArchivedError", "The item 'OLD-1' is archived.", "5", "sku", name="OLD-1"),
        6: error("ArchivedError", "The location 'CLOSED' is archived.", "6", "location", name="CLOSED"),
        7: error(
            "QuantityOutOfRangeError",
            "A change of zero units is no change.",
            *("7", "delta"),
            minimum=-MAX,
            maximum=MAX,
        ),
        8: error("InvalidValueError", f"A SKU {SKU_RULE}.", "8", "sku", rule=SKU_RULE),
        9: error("InvalidValueError", f"A location code {CODE_RULE}.", "9", "location", rule=CODE_RULE),
    }
    if quantity == "delta":
        return found
    return found | {
        0: error(
            "StaleLevelError",
            "TEA-1 at MAIN is at 10, not at the expected 11.",
            *("0", "expectedOnHand"),
            **tea,
            expected=11,
            actual=10,
        ),
        7: error(
            "QuantityOutOfRangeError",
            f"The quantity -1 is not between 0 and {MAX}.",
            *("7", "quantity"),
            minimum=0,
            maximum=MAX,
        ),
        10: error(
            "InvalidValueError",
            f"What the level was before {EXPECTED_RULE}.",
            *("10", "expectedOnHand"),
            rule=EXPECTED_RULE,
        ),
    }


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """One of the two mutations, with lines of which some are good."""

    query: str
    kind: str
    line: Callable[..., dict[str, Any]]
    good: list[dict[str, Any]]
    good_results: list[dict[str, Any]]
    mixed: list[dict[str, Any]]
    mixed_results: dict[int, dict[str, Any]]
    errors: dict[int, dict[str, Any]]
    last: dict[str, Any]  # the result of one unit of TEA-1 in the thousandth line


ADJUST = Bulk(
    query=ADJUST_MANY,
    kind="stockAdjustMany",
    line=adjusting,
    good=[adjusting("CUP-1", 3), adjusting("TEA-1", 1, "NORTH"), adjusting("TEA-1", -2)],
    good_results=[
        adjusted(0, "CUP-1", 3, 7, 2),
        adjusted(1, "TEA-1", 1, 1, 1, "NORTH"),
        adjusted(2, "TEA-1", -2, 8, 2),
    ],
    mixed=[
        adjusting("TEA-1", -11),
        adjusting("CUP-1", 3),
        adjusting("NONE", 1),
        adjusting("TEA-1", 1, "NONE"),
        adjusting("TEA-1", 5, "NORTH"),
        adjusting("OLD-1", 1),
        adjusting("CUP-1", 1, "CLOSED"),
        adjusting("CUP-1", 0, "NORTH"),
        adjusting("", 1),
        adjusting("TEA-1", 1, "MA IN"),
    ],
    mixed_results={1: adjusted(1, "CUP-1", 3, 7, 2), 4: adjusted(4, "TEA-1", 5, 5, 1, "NORTH")},
    errors=errors_of("delta"),
    last=adjusted(999, "TEA-1", 1, 11, 2),
)
SET = Bulk(
    query=SET_MANY,
    kind="stockSetMany",
    line=setting,
    good=[
        setting("CUP-1", 4, expectedOnHand=4),
        setting("TEA-1", 7, "NORTH", reorderPoint=5),
        setting("TEA-1", 1, expectedVersion=1),
    ],
    good_results=[done(0, "CUP-1", 0, 4, 2), done(1, "TEA-1", 7, 7, 1, "NORTH"), done(2, "TEA-1", -9, 1, 2)],
    mixed=[
        setting("TEA-1", 9, expectedOnHand=11),
        setting("CUP-1", 3),
        setting("NONE", 1),
        setting("TEA-1", 1, "NONE"),
        setting("TEA-1", 5, "NORTH", expectedVersion=0),
        setting("OLD-1", 9),
        setting("CUP-1", 9, "CLOSED"),
        setting("CUP-1", -1, "NORTH"),
        setting("", 1),
        setting("TEA-1", 1, "MA IN"),
        setting("CUP-2", 1, force=False),
    ],
    mixed_results={1: done(1, "CUP-1", -1, 3, 2), 4: done(4, "TEA-1", 5, 5, 1, "NORTH")},
    errors=errors_of("quantity"),
    last=done(999, "TEA-1", -9, 1, 2),
)
bulks = pytest.mark.parametrize("bulk", [ADJUST, SET], ids=lambda bulk: bulk.kind)


@bulks
@pytest.mark.parametrize("atomic", [True, False])
async def test_results_come_in_the_order_of_the_lines(shop: Api, bulk: Bulk, atomic: bool) -> None:
    """One result per line, and one operation for all; a count that is right already is a movement of zero."""
    payload = await shop.run(bulk.query, input={"lines": bulk.good, "atomic": atomic, "reference": "D-1"})
    assert payload["operation"].pop("id")
    assert payload == {
        "results": bulk.good_results,
        "operation": {
            "kind": bulk.kind,
            "reference": "D-1",
            "movements": [{"delta": result["movement"]["delta"]} for result in bulk.good_results],
        },
        "replayed": False,
        "userErrors": [],
    }


@bulks
async def test_without_atomic_each_line_succeeds_or_fails_alone(shop: Api, bulk: Bulk) -> None:
    """What was refused has its place among the results; the others are carried out."""
    payload = await shop.run(bulk.query, input={"lines": bulk.mixed, "atomic": False})
    assert payload["results"] == [
        bulk.mixed_results.get(number) or refused(number, bulk.errors[number]) for number in range(len(bulk.mixed))
    ]
    deltas = [{"delta": result["movement"]["delta"]} for result in bulk.mixed_results.values()]
    assert payload["operation"]["movements"] == deltas
    assert (payload["replayed"], payload["userErrors"]) == (False, [])
    assert (await shop.run(LEVEL, sku="TEA-1", location="MAIN"))["version"] == 1


@bulks
async def test_an_atomic_request_is_refused_with_all_errors_at_once(lasting_shop: Api, bulk: Bulk) -> None:
    """The input is checked before the state, and nothing changes."""
    by_state = [bulk.errors[number] for number in (0, 2, 3, 5, 6)]
    assert await lasting_shop.refusal(bulk.query, lines=bulk.mixed[:7]) == by_state
    by_itself = [bulk.errors[number] for number in range(7, len(bulk.mixed))]
    assert await lasting_shop.refusal(bulk.query, lines=bulk.mixed) == by_itself


@bulks
@pytest.mark.parametrize("atomic", [True, False])
async def test_what_is_wrong_with_the_list_refuses_the_whole_request(
    lasting_shop: Api, bulk: Bulk, atomic: bool
) -> None:
    """A level is in one line only, no line is no request, and one transaction carries a thousand."""
    lines = [bulk.line("TEA-1", 1), bulk.line("CUP-1", 1), bulk.line("TEA-1", 2), bulk.line("TEA-1", 3)]
    facts = {"sku": "TEA-1", "location": "MAIN", "firstLine": 0}
    assert await lasting_shop.refusal(bulk.query, lines=lines, atomic=atomic) == [
        error("DuplicateLineError", "TEA-1 at MAIN already stands in line 1.", number, **facts) for number in ("2", "3")
    ]
    for count in (0, 1_001):
        many = [bulk.line(f"S-{number}", 1) for number in range(count)]
        message = f"{count} lines; between 1 and 1000 are allowed."
        assert await lasting_shop.refusal(bulk.query, lines=many, atomic=atomic) == [
            error("TooManyLinesError", message, count=count, maximum=1_000)
        ]


@bulks
async def test_a_thousand_lines_are_a_thousand_results(shop: Api, bulk: Bulk) -> None:
    """Nine hundred and ninety-nine are refused; the last one is not."""
    lines = [*(bulk.line(f"S-{number}", 1) for number in range(999)), bulk.line("TEA-1", 1)]
    payload = await shop.run(bulk.query, input={"lines": lines, "atomic": False})
    assert [result["line"] for result in payload["results"]] == list(range(1_000))
    assert {result["userErrors"][0]["code"] for result in payload["results"][:-1]} == {"UNKNOWN_ITEM"}
    assert payload["results"][-1] == bulk.last


@bulks
async def test_repeating_a_request_returns_its_movements_and_the_levels_of_now(shop: Api, bulk: Bulk) -> None:
    """The refused lines too, though they would be possible by now."""
    # given
    request = {"lines": bulk.mixed, "atomic": False, "idempotencyKey": "k"}
    first = await shop.run(bulk.query, input=request)
    last = await shop.run(SET_MANY, input={"lines": [setting("TEA-1", 11), setting("CUP-1", 8)]})
    # when
    async with shop.nothing_changes():
        again = await shop.run(bulk.query, input=request)
    # then
    now = {str(each["level"] and (each["level"]["item"], each["level"]["location"])): each for each in first["results"]}
    now |= {str((each["level"]["item"], each["level"]["location"])): each for each in last["results"]}
    results = [
        {**each, "level": now[str((each["level"]["item"], each["level"]["location"]))]["level"]}
        if each["level"]
        else each
        for each in first["results"]
    ]
    assert again == {**first, "results": results, "replayed": True}


async def test_a_request_all_of_whose_lines_are_refused_is_recorded(shop: Api) -> None:
    """Not atomic, it was accepted as a request: it has an operation without movements, and can be repeated."""
    request = {"lines": [ADJUST.mixed[0]], "atomic": False, "idempotencyKey": "k"}
    async with shop.nothing_changes():
        first = await shop.run(ADJUST_MANY, input=request)
        again = await shop.run(ADJUST_MANY, input=request)
    assert first["results"] == [refused(0, ADJUST.errors[0])]
    assert first["operation"]["movements"] == []
    assert (first["replayed"], again) == (False, {**first, "replayed": True})


@bulks
async def test_a_key_stands_for_one_list_of_lines(shop: Api, bulk: Bulk) -> None:
    """Their order, what they expect and `atomic` count as well."""
    request = {"lines": bulk.good, "atomic": True, "idempotencyKey": "k"}
    await shop.run(bulk.query, input=request)
    for change in ({"atomic": False}, {"lines": bulk.good[::-1]}, {"lines": bulk.good[:2]}):
        [reused] = await shop.refusal(bulk.query, **{**request, **change})
        assert (reused["__typename"], reused["field"], reused["key"]) == (
            "IdempotencyKeyReusedError",
            ["idempotencyKey"],
            "k",
        )


async def test_the_reason_and_the_settings_are_those_of_the_line(shop: Api) -> None:
    """What a line says is what its movement and level say."""
    lines = [setting("TEA-1", 8, reason="FOUND", backorderLimit=3, reorderPoint=2)]
    [result] = (await shop.run(SET_MANY, input={"lines": lines}))["results"]
    assert result["movement"]["reason"] == "FOUND"
    assert (result["level"]["backorderLimit"], result["level"]["reorderPoint"]) == (3, 2)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"quantity": "9"}, "Int cannot represent non-integer value"),
        ({"quantity": 2**31}, "Int cannot represent non 32-bit signed integer value"),
        ({"quantity": None}, ".lines[1].quantity: Expected value of non-null type 'Int!' not to be None"),
        ({"reason": "BECAUSE"}, "Value 'BECAUSE' does not exist in 'MovementReason' enum"),
        (
            {"colour": "red"},
            ".lines[1]: Expected value of type 'StockSetLineInput' not to include unknown field 'colour'",
        ),
    ],
)
async def test_a_line_of_another_shape_is_an_error_of_the_request(
    lasting_shop: Api, bad: dict[str, Any], message: str
) -> None:
    """It is reported before anything is looked at."""
    request = {"lines": [setting("TEA-1", 1), {**setting("CUP-1", 1), **bad}], "atomic": False}
    assert message in await lasting_shop.error_message(SET_MANY, input=request)


async def test_a_request_is_found_by_its_key(shop: Api) -> None:
    """Null before it came, and where it was refused; the recorded operation afterwards."""
    assert await shop.run(BY_KEY, key="feed-1") is None
    payload = await shop.run(SET_MANY, input={"lines": [setting("TEA-1", -1)], "idempotencyKey": "feed-1"})
    assert payload["operation"] is None
    assert await shop.run(BY_KEY, key="feed-1") is None
    lines = [setting("TEA-1", 10, onlyIfDifferent=True), setting("TEA-1", 2, "NORTH", onlyIfDifferent=True)]
    payload = await shop.run(SET_MANY, input={"lines": lines, "atomic": False, "idempotencyKey": "feed-1"})
    found = await shop.run(BY_KEY, key="feed-1")
    assert found == {"id": payload["operation"]["id"], "kind": "stockSetMany"}
    [alike] = payload["results"][0]["userErrors"]
    assert (alike["__typename"], alike["field"]) == ("NothingToChangeError", ["lines", "0"])
