"""Review dates as clients see them: a first one, a level's own or inherited, and which one comes next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.replenishment.operations import CONFIGURE, EVERYTHING, LIST, SET, given, policy

TEA = {"sku": "TEA-1", "location": "MAIN"}
WEEKLY = {"method": "PERIODIC", "reviewDays": 7, "targetLevel": 20}
MONDAY, FRIDAY = "2098-12-29", "2099-01-02"
RULE = "must be between 1970-01-01 and 2099-12-31"
BEGINS = """
mutation { stockLevelConfigure(input: {sku: "TEA-1", location: "MAIN", reviewStart: "2026-10-05"}) {
  level { policy { reviewStart nextReview overrides } } userErrors { message }
} }
"""


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


async def next_review(api: Api) -> date:
    """Return the next review date of TEA-1 at MAIN."""
    return date.fromisoformat((await policy(api, "TEA-1"))["nextReview"])


async def configure(api: Api, **settings: Any) -> None:  # noqa: ANN401 - JSON is of any type
    """Set what is the own of TEA-1 at MAIN."""
    assert (await api.run(CONFIGURE, input={**TEA, **settings}))["userErrors"] == []


async def test_a_first_review_date_is_inherited_until_a_level_has_its_own(shop: Api) -> None:
    """It is read back as it was set, and is the next one as long as it has not come."""
    answer = await given(shop, **EVERYTHING, **WEEKLY, reviewStart=MONDAY)
    assert answer["settings"]["reviewStart"] == MONDAY
    inherits = await policy(shop, "TEA-1")
    assert (inherits["reviewStart"], inherits["nextReview"], inherits["overrides"]) == (MONDAY, MONDAY, [])
    await configure(shop, reviewStart=FRIDAY)
    own = await policy(shop, "TEA-1")
    assert own == {**inherits, "reviewStart": FRIDAY, "nextReview": FRIDAY, "overrides": ["REVIEW_START"]}
    assert (await policy(shop, "CUP-1"))["nextReview"] == MONDAY
    await configure(shop, reviewStart=None)
    assert await policy(shop, "TEA-1") == inherits


async def test_reviews_go_on_on_the_weekday_on_which_they_began(shop: Api) -> None:
    """The next one is within a week; on Thursdays where nobody chose."""
    for settings, weekday in (({}, 3), ({"reviewStart": "2026-10-05"}, 0), ({"reviewStart": "2026-10-09"}, 4)):
        await configure(shop, **WEEKLY, **settings)
        before = today()
        found = await next_review(shop)
        assert found.weekday() == weekday
        assert before <= found < today() + timedelta(days=7)


async def test_a_review_date_of_today_is_the_next_one(shop: Api) -> None:
    """Whether or not it was reviewed already."""
    await configure(shop, **WEEKLY | {"reviewDays": 1}, reviewStart="1970-01-01")
    before = today()
    assert before <= await next_review(shop) <= today()


async def test_a_level_that_is_not_reviewed_has_no_next_review(shop: Api) -> None:
    """By its method, or as long as nobody has set the days between."""
    await configure(shop, method="MIN_MAX", reviewDays=7, targetLevel=20, reviewStart=MONDAY)
    assert (await policy(shop, "TEA-1"))["nextReview"] is None
    await given(shop, scope="ITEM", name="CUP-1", method="PERIODIC", targetLevel=20, reviewStart=MONDAY)
    lacking = await policy(shop, "CUP-1")
    assert (lacking["method"], lacking["reviewStart"], lacking["nextReview"]) == ("PERIODIC", MONDAY, None)


async def test_a_date_may_stand_in_the_text_of_a_request(shop: Api) -> None:
    """As it may come in a variable."""
    answer = await shop.run(BEGINS)
    policy = {"reviewStart": "2026-10-05", "nextReview": None, "overrides": ["REVIEW_START"]}
    assert answer == {"level": {"policy": policy}, "userErrors": []}


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31"])
async def test_a_day_that_no_review_begins_on_is_refused(lasting_shop: Api, day: str) -> None:
    """Together with what else is wrong; nothing is set."""
    before = await policy(lasting_shop, "TEA-1")
    for document, place in ((SET, EVERYTHING), (CONFIGURE, TEA)):
        errors = await lasting_shop.refusal(document, **place, **WEEKLY | {"targetLevel": -1}, reviewStart=day)
        assert [(each["__typename"], each["field"]) for each in errors] == [
            ("QuantityOutOfRangeError", ["targetLevel"]),
            ("InvalidValueError", ["reviewStart"]),
        ]
        assert errors[1]["rule"] == RULE
    assert await policy(lasting_shop, "TEA-1") == before
    assert (await lasting_shop.run(LIST))["totalCount"] == 0


@pytest.mark.parametrize("day", ["next Monday", "2026-W41-1", "20261005", "2026-02-29", "2026-10-05T00:00:00Z", "", 5])
async def test_what_is_no_date_is_the_clients_mistake(lasting_shop: Api, day: object) -> None:
    """And is told how a date is written."""
    before = await policy(lasting_shop, "TEA-1")
    [fault] = await lasting_shop.errors(CONFIGURE, input={**TEA, "reviewStart": day})
    assert fault["extensions"]["code"] == "BAD_USER_INPUT"
    assert "A date is written as in ISO 8601: 2026-11-23." in fault["message"]
    assert await policy(lasting_shop, "TEA-1") == before
