"""StockLevel.history: what levels were, in points for sparklines."""

from typing import Any

from app.store.driver.client import Database
from tests.graphql.api import Api
from tests.graphql.reads import recorded

SPARKLINES = """
query Sparklines($days: Int!, $points: Int!) {
  stockLevels(filter: { isArchived: false, locations: ["MAIN", "NORTH"] }) {
    nodes {
      onHand
      available
      history(days: $days, points: $points) { at onHand available unitsIn unitsOut unitsSold }
    }
  }
}
"""
TWO = """
query Two {
  stockLevel(sku: "TEA-1", location: "MAIN") {
    week: history(days: 7, points: 7) { onHand }
    day: history(days: 1, points: 3) { onHand unitsIn }
  }
}
"""
TOO_MANY = """query { stockLevel(sku: "TEA-1", location: "MAIN") { history(points: 367) { onHand } } }"""


async def test_a_page_of_sparklines_is_one_read(shop: Api, database: Database) -> None:
    """However many levels it has; the last point of each is the present."""
    async with recorded(database) as counts:
        page = await shop.run(SPARKLINES, days=30, points=10)
    counts.pop("find locations", None)  # which are archived: known for a second
    assert counts == {"find levels": 1, "aggregate movements": 1}
    assert len(page["nodes"]) > 1
    for level in page["nodes"]:
        *_, last = level["history"]
        assert len(level["history"]) == 10
        assert (last["onHand"], last["available"]) == (level["onHand"], level["available"])


async def test_one_level_may_have_several(shop: Api) -> None:
    """Each by its own period."""
    level = await shop.run(TWO)
    assert level["week"] == [*[{"onHand": None}] * 6, {"onHand": 10}]
    assert level["day"] == [*[{"onHand": None, "unitsIn": 0}] * 2, {"onHand": 10, "unitsIn": 10}]


async def test_too_many_points_are_refused(shop: Api) -> None:
    """With what is allowed."""
    response: Any = await shop.post(TOO_MANY)
    [error] = response.json()["errors"]
    assert "`points` must be between 1 and 366" in error["message"]
