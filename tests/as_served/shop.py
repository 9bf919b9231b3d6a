# ruff: noqa: ANN401 - JSON is of any type
"""A shop of one test: who changes it, and who watches it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any
from uuid import uuid4

from tests.as_served.clients import Follower, Partner
from tests.support.waiting import DEADLINE_SECONDS, eventually

ITEM = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { message } } }"
PLACE = "mutation ($input: LocationUpsertInput!) { locationUpsert(input: $input) { userErrors { message } } }"
ADJUST = """
mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) { movement { version } operation { idempotencyKey } userErrors { message } }
}
"""
RESERVE = """
mutation ($input: ReservationCreateInput!) {
  reservationCreate(input: $input) { reservation { id } userErrors { message } }
}
"""
SHIP = """
mutation ($input: ReservationFulfillInput!) {
  reservationFulfill(input: $input) { reservation { id } userErrors { message } }
}
"""

LEVELS = """
subscription ($filter: StockLevelFilter) {
  stockLevels(filter: $filter) { kind level { item { sku } onHand reserved version } movement { version } }
}
"""
THE_SAME_IN_OTHER_WORDS = """
subscription ($skus: [String!]!, $location: String!) {
  level: stockLevels(filter: { skus: $skus, locations: [$location] }) {
    level { onHand item { sku } version reserved } movement { version } kind
  }
}
"""
LINES = """
subscription ($filter: MovementFilter, $after: String) {
  movements(filter: $filter, after: $after) { cursor movement { id version item { sku } } }
}
"""
ALERTS = """
subscription ($filter: StockAlertFilter, $after: String) {
  stockAlerts(filter: $filter, after: $after) { cursor version state alert { id } }
}
"""
ORDERS = """
subscription ($filter: ReservationFilter, $after: String) {
  reservations(filter: $filter, after: $after) { cursor version state reservation { id } }
}
"""

ITEMS = ("PROBE", "TEA", "JAM")
STATUSES = ("IN_STOCK", "LOW", "OUT")  # all: a filter that levels might leave

IN_A_ROW = 5  # changes that arrive as such, one after the other: by chance they do not
AT_ONCE_SECONDS = 1.0
PACE_SECONDS = 0.03  # between two changes of a till: the load is not what is tried here


@dataclass(kw_only=True)
class Shop:
    """Three items at one place: PROBE, which changes when the test says so; TEA and JAM, which tills change."""

    partner: Partner
    name: str
    lines: Follower
    levels: Follower
    others: Sequence[Follower]  # who watch the levels besides
    alerts: Follower
    orders: Follower
    keys: set[str] = field(default_factory=set)  # of the changes that were acknowledged
    ordered: set[str] = field(default_factory=set)
    is_open: bool = True

    def sku(self, item: str) -> str:
        """Return the name that the item has in this shop."""
        return f"{self.name}-{item}"

    async def adjust(self, item: str, delta: int) -> int:
        """Change a level; return the version that it then had."""
        asked = {"sku": self.sku(item), "location": self.name, "delta": delta, "reason": "CORRECTION"}
        payload = await self.partner.change(ADJUST, **asked)
        self.keys.add(payload["operation"]["idempotencyKey"])
        return int(payload["movement"]["version"])

    async def reserve(self) -> str:
        """Set a unit aside; return the id of the reservation."""
        line = {"sku": self.sku("TEA"), "location": self.name, "quantity": 1}
        payload = await self.partner.change(RESERVE, lines=[line], reference=self.name)
        self.ordered.add(payload["reservation"]["id"])
        return str(payload["reservation"]["id"])

    async def sell(self) -> None:
        """Change one level until the shop closes."""
        while self.is_open:
            await self.adjust("TEA", 1)
            await asyncio.sleep(PACE_SECONDS)

    async def alarm(self) -> None:
        """Let alerts of a level open and close until the shop closes."""
        while self.is_open:
            for delta in (40, -40):
                await self.adjust("JAM", delta)
                await asyncio.sleep(PACE_SECONDS)

    async def order(self) -> None:
        """Take orders and ship them until the shop closes."""
        while self.is_open:
            await self.partner.change(SHIP, id=await self.reserve())
            await asyncio.sleep(PACE_SECONDS)

    async def changes_arrive_at_once(self) -> None:
        """Return once so many changes in a row were told as such, each with its movement and soon after its answer."""
        in_a_row = 0
        async with asyncio.timeout(DEADLINE_SECONDS):
            while in_a_row < IN_A_ROW:
                version = await self.adjust("PROBE", 1)
                began = monotonic()
                await self.is_told("PROBE", version)
                is_soon = monotonic() - began < AT_ONCE_SECONDS
                event = self.told_of("PROBE")
                is_change = (event["kind"], event["movement"]) == ("CHANGE", {"version": version})
                in_a_row = in_a_row + 1 if is_soon and is_change else 0

    async def is_told(self, item: str, version: int) -> None:
        """Return once the watchers know this version of a level, or a later one."""
        await eventually(lambda: self.told_of(item)["level"]["version"] >= version)

    def told_of(self, item: str, watcher: Follower | None = None) -> Any:
        """Return the last event of a level."""
        events = (watcher or self.levels).events
        return next(event for event in reversed(events) if event["level"]["item"]["sku"] == self.sku(item))


@asynccontextmanager
async def opened(port: int, *, watched_at: int | None = None) -> AsyncIterator[Shop]:
    """Open a shop of its own, with all its watchers, at this port unless another process serves them."""
    name = f"S{uuid4().hex[:8]}".upper()
    async with AsyncExitStack() as stack:
        follow = partial(_following, stack, port if watched_at is None else watched_at)
        partner = await stack.enter_async_context(Partner(port))
        await partner.change(PLACE, code=name, name="Shop")
        for item in ITEMS:
            await partner.change(ITEM, sku=f"{name}-{item}", name=item, reorderPoint=20 * (item == "JAM"))
        lines = await follow(LINES, filter={"location": name})
        opening = Shop(partner=partner, name=name, lines=lines, levels=lines, others=(), alerts=lines, orders=lines)
        for item, units in (("PROBE", 1), ("TEA", 10), ("JAM", 1)):
            await opening.adjust(item, units)
        await opening.reserve()
        shop = replace(
            opening,
            levels=await follow(LEVELS, filter={"locations": [name]}),
            others=[
                await follow(LEVELS, filter={"locations": [name]}),
                await follow(THE_SAME_IN_OTHER_WORDS, skus=[*map(opening.sku, ITEMS)], location=name),
                await follow(LEVELS, filter={"locations": [name], "statuses": [*STATUSES]}),
            ],
            alerts=await follow(ALERTS, filter={"locations": [name]}),
            orders=await follow(ORDERS, filter={"reference": name}),
        )
        await eventually(lambda: len(shop.levels.events) >= 3)
        yield shop


@asynccontextmanager
async def busy(shop: Shop) -> AsyncIterator[None]:
    """Let the tills work until the context is left; each ends with an acknowledgement."""
    async with asyncio.TaskGroup() as tills:
        for work in (shop.sell, shop.alarm, shop.order):
            tills.create_task(work())
        try:
            yield
        finally:
            shop.is_open = False


async def _following(stack: AsyncExitStack, port: int, query: str, **variables: Any) -> Follower:
    return await stack.enter_async_context(Follower(port, query, **variables))
