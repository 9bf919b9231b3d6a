# ruff: noqa: ANN401 - JSON is of any type
"""What must be so when a shop has closed, whatever was killed or frozen while it was open."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tests.as_served.clients import Follower
from tests.as_served.shop import Shop
from tests.support.waiting import eventually

THE_LEVELS = """
query ($filter: StockLevelFilter, $after: String) {
  stockLevels(filter: $filter, after: $after) {
    nodes { item { sku } onHand reserved version } pageInfo { hasNextPage endCursor }
  }
}
"""
THE_LINES = """
query ($filter: MovementFilter, $after: String) {
  movements(filter: $filter, after: $after, first: 250) {
    nodes { id version change { onHand reserved } item { sku } operation { kind idempotencyKey } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
THE_ALERTS = """
query ($filter: StockAlertFilter, $after: String) {
  alerts(filter: $filter, after: $after, first: 250) {
    nodes { id version state } pageInfo { hasNextPage endCursor }
  }
}
"""
THE_ORDERS = """
query ($filter: ReservationFilter, $after: String) {
  reservations(filter: $filter, after: $after, first: 250) {
    nodes { id version state } pageInfo { hasNextPage endCursor }
  }
}
"""

Told = dict[str, tuple[int, str]]


async def nothing_is_lost_or_doubled(shop: Shop) -> None:
    """Prove that the ledger has each acknowledged change once and nothing else, and that levels are its sums."""
    lines = await shop.partner.all(THE_LINES, filter={"location": shop.name})
    keys = Counter(line["operation"]["idempotencyKey"] for line in lines if line["operation"]["kind"] == "stockAdjust")
    assert keys == Counter(shop.keys)
    assert {identity for identity, _, _ in await _documents(shop, THE_ORDERS, reference=shop.name)} == shop.ordered
    for level in await shop.partner.all(THE_LEVELS, filter={"locations": [shop.name]}):
        own = [line for line in lines if line["item"] == level["item"]]
        assert sorted(line["version"] for line in own) == [*range(1, level["version"] + 1)]
        for count in ("onHand", "reserved"):
            assert sum(line["change"][count] for line in own) == level[count]


async def everybody_was_told(shop: Shop) -> None:
    """Prove that each watcher saw last what the database holds, and was told lines and versions once and in order."""
    await _levels_are_known(shop)
    await _lines_are_known(shop)
    alerts = await _documents(shop, THE_ALERTS, locations=[shop.name], states=["OPEN", "CLOSED"])
    await _are_known(shop.alerts, "alert", alerts)
    await _are_known(shop.orders, "reservation", await _documents(shop, THE_ORDERS, reference=shop.name))


async def _levels_are_known(shop: Shop) -> None:
    levels = await shop.partner.all(THE_LEVELS, filter={"locations": [shop.name]})
    assert len(levels) == 3
    for watcher in (shop.levels, *shop.others):
        await eventually(lambda: all(shop.told_of(_item_of(each), watcher)["level"] == each for each in levels))  # noqa: B023
        for level in levels:
            told = [event for event in watcher.events if event["level"]["item"] == level["item"]]
            assert all(after["level"]["version"] > before["level"]["version"] for before, after in _joined(told))


async def _lines_are_known(shop: Shop) -> None:
    lines = await shop.partner.all(THE_LINES, filter={"location": shop.name})
    await eventually(lambda: len([event for event in shop.lines.events if event["movement"]]) >= len(lines))
    told = [event["movement"] for event in shop.lines.events if event["movement"]]
    assert Counter(line["id"] for line in told) == Counter(line["id"] for line in lines)
    for item in {line["item"]["sku"] for line in told}:
        versions = [line["version"] for line in told if line["item"]["sku"] == item]
        assert versions == [*range(1, len(versions) + 1)]


async def _documents(shop: Shop, query: str, **filter: Any) -> list[tuple[str, int, str]]:
    nodes = await shop.partner.all(query, filter=filter)
    return [(node["id"], node["version"], node["state"]) for node in nodes]


async def _are_known(follower: Follower, name: str, documents: list[tuple[str, int, str]]) -> None:
    assert documents
    last = {identity: (version, state) for identity, version, state in documents}
    await eventually(lambda: _last_told(follower, name) == last)
    for identity in last:
        versions = [event["version"] for event in follower.events if event[name]["id"] == identity]
        assert versions == [*range(versions[0], versions[0] + len(versions))]


def _joined(told: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return each event of a level with the next of the same connection: each begins with a snapshot."""
    return [(before, after) for before, after in pairwise(told) if after["kind"] != "SNAPSHOT"]


def _last_told(follower: Follower, name: str) -> Told:
    return {event[name]["id"]: (event["version"], event["state"]) for event in follower.events}


def _item_of(level: Any) -> str:
    return str(level["item"]["sku"]).rpartition("-")[2]
