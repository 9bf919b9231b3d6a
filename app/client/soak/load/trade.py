"""What partners do in the shop: each thing from its beginning to its end, with every effect known before it is sent.

Rule: nothing is ever refused. Stock is plenty where it is ordered, and one hand at a time works on what is not.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.client.http.retrying_client import Data
from app.client.replay.ledger_walk import AccountCounts
from app.client.soak.load import queries
from app.client.soak.load.caller import SoakCaller
from app.client.soak.load.stage import COUNTED_UNITS, THIN_REORDER_POINT, SoakShop
from app.client.soak.pause import closed_within
from app.domain.stock.level import LevelKey

BULK_LINES = 40
ORDER_LINES = 3
ABANDONED, ABANDONED_SECONDS = 0.08, 4  # of orders: those that no client ends, and after how long they expire
FULFILLED = 0.75  # of the others; the rest is cancelled
PAUSE_SECONDS = 3.0  # between two steps of a thing, at most
COUNTED_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class SoakDeed:
    """Something that partners do: how, how often beside the others, and in how many operations."""

    run: Callable[[], Awaitable[None]]
    weight: float
    operations: int


class SoakTrade:
    """All that partners do."""

    def __init__(self, shop: SoakShop, caller: SoakCaller, *, seed: int, closing: asyncio.Event) -> None:
        """Once `closing` is set, no pause is made any more, so that what was begun ends."""
        self._shop, self._caller, self._closing = shop, caller, closing
        self._chance = random.Random(seed)  # noqa: S311 - a load that can be repeated, not a secret
        self._busy: set[LevelKey | str] = set()
        self._counted = {LevelKey(sku, code): COUNTED_UNITS for code in shop.locations for sku in shop.counted}

    def deeds(self) -> list[SoakDeed]:
        """Return everything; weights are shares of a hundred operations, divided by the operations of each."""
        return [
            SoakDeed(self._adjust_spread, 34, 1),
            SoakDeed(self._adjust_hot, 16, 1),
            SoakDeed(self._cross_the_reorder_point, 4, 2),
            SoakDeed(self._order, 9, 2),
            SoakDeed(self._transfer, 2.5, 3),
            SoakDeed(self._purchase, 1.5, 4),
            SoakDeed(self._count, 1.0, 4),
            SoakDeed(self._change_many, 1, 1),
            SoakDeed(self._look_at_levels, 6, 1),
            SoakDeed(self._look_at_the_ledger, 3, 1),
            SoakDeed(self._look_at_alerts, 3, 1),
            SoakDeed(self._look_at_totals, 2, 1),
            SoakDeed(self._look_at_insight, 1, 1),
        ]

    async def _adjust_spread(self) -> None:
        await self._adjust(self._some_level(), self._delta())

    async def _adjust_hot(self) -> None:
        await self._adjust(self._shop.hot, self._delta())

    async def _cross_the_reorder_point(self) -> None:
        """Let alerts of a level close and open."""
        key = LevelKey(self._chance.choice(self._shop.thin), self._chance.choice(self._shop.locations))
        if key in self._busy:
            return
        self._busy.add(key)
        try:
            await self._adjust(key, 2 * THIN_REORDER_POINT)
            await self._pause()
            await self._adjust(key, -2 * THIN_REORDER_POINT)
        finally:
            self._busy.discard(key)

    async def _order(self) -> None:
        """Set units aside, and ship them, cancel it, or leave it to expire."""
        units = {key: self._chance.randint(1, 3) for key in self._some_levels(ORDER_LINES)}
        lines = [{"sku": key.sku, "location": key.location, "quantity": number} for key, number in units.items()]
        is_abandoned = self._chance.random() < ABANDONED
        seconds = ABANDONED_SECONDS if is_abandoned else None
        order: Data = {"lines": lines, "acceptBackorder": False, "ttlSeconds": seconds}
        held = {key: AccountCounts(reserved=number) for key, number in units.items()}
        made = await self._caller.change("reservationCreate", order, effect=held, select="reservation { id }")
        if is_abandoned:
            return
        await self._pause()
        is_shipped = self._chance.random() < FULFILLED
        fields = {"id": made["reservation"]["id"]}
        if is_shipped:
            gone = {key: AccountCounts(-number, -number) for key, number in units.items()}
            await self._caller.change("reservationFulfill", fields, effect=gone)
        else:
            free = {key: AccountCounts(reserved=-number) for key, number in units.items()}
            await self._caller.change("reservationRelease", fields, effect=free)

    async def _transfer(self) -> None:
        source, destination = self._chance.sample(self._shop.locations, 2)
        units = self._some_units(ORDER_LINES)
        lines = [{"sku": sku, "quantity": number} for sku, number in units.items()]
        fields: Data = {"source": source, "destination": destination, "lines": lines}
        made = await self._caller.change("transferCreate", fields, effect={}, select="transfer { id }")
        await self._pause()
        shipped = {LevelKey(sku, source): AccountCounts(-number) for sku, number in units.items()}
        under_way = {LevelKey(sku, destination): AccountCounts(incoming=number) for sku, number in units.items()}
        fields = {"id": made["transfer"]["id"]}
        await self._caller.change("transferShip", fields, effect={**shipped, **under_way})
        await self._pause()
        await self._caller.change("transferReceive", fields, effect=_arrived(units, destination))

    async def _purchase(self) -> None:
        location, units = self._chance.choice(self._shop.locations), self._some_units(ORDER_LINES)
        lines = [{"sku": sku, "quantity": number, "unitCost": "1.25"} for sku, number in units.items()]
        fields: Data = {"supplier": self._shop.supplier, "location": location, "lines": lines}
        seen = "purchaseOrder { id version }"
        made = (await self._caller.change("purchaseOrderCreate", fields, effect={}, select=seen))["purchaseOrder"]
        await self._pause()
        on_order = {LevelKey(sku, location): AccountCounts(incoming=number) for sku, number in units.items()}
        fields = {"id": made["id"], "expectedVersion": made["version"], "ignoreMinimums": True}
        await self._caller.change("purchaseOrderSubmit", fields, effect=on_order)
        await self._pause()
        fields = {"id": made["id"]}
        await self._caller.change("purchaseOrderConfirm", fields, effect={})
        await self._pause()
        await self._caller.change("purchaseOrderReceive", fields, effect=_arrived(units, location))

    async def _count(self) -> None:
        """Count some levels that only counts change, so that what each count corrects is known."""
        location = self._chance.choice(self._shop.locations)
        if location in self._busy:
            return
        self._busy.add(location)
        try:
            keys = [LevelKey(sku, location) for sku in self._chance.sample(self._shop.counted, COUNTED_AT_ONCE)]
            fields: Data = {"location": location, "scope": {"skus": [key.sku for key in keys]}}
            made = await self._caller.change("countOpen", fields, effect={}, select="count { id }")
            found = {key: self._counted[key] + self._chance.randint(-5, 5) for key in keys}
            lines = [{"sku": key.sku, "quantity": number} for key, number in found.items()]
            await self._caller.change("countRecord", {"id": made["count"]["id"], "lines": lines}, effect={})
            await self._pause()
            corrected = {key: AccountCounts(number - self._counted[key]) for key, number in found.items()}
            await self._caller.change("countPost", {"id": made["count"]["id"]}, effect=corrected)
            self._counted.update(found)
        finally:
            self._busy.discard(location)

    async def _change_many(self) -> None:
        units = {key: self._delta() for key in self._some_levels(BULK_LINES)}
        lines = [
            {"sku": key.sku, "location": key.location, "delta": number, "reason": "CORRECTION"}
            for key, number in units.items()
        ]
        effect = {key: AccountCounts(number) for key, number in units.items()}
        await self._caller.change("stockAdjustMany", {"lines": lines}, effect=effect)

    async def _look_at_levels(self) -> None:
        location = self._chance.choice(self._shop.locations)
        await self._caller.read("list of levels", queries.LEVELS_PAGE, filter={"locations": [location]})

    async def _look_at_the_ledger(self) -> None:
        key = self._some_level()
        await self._caller.read("list of movements", queries.LEDGER_PAGE, filter={"sku": key.sku})

    async def _look_at_alerts(self) -> None:
        await self._caller.read("list of alerts", queries.ALERTS_PAGE, filter={"locations": self._shop.locations})

    async def _look_at_totals(self) -> None:
        await self._caller.read("totals", queries.TOTALS, filter={"locations": self._shop.locations})

    async def _look_at_insight(self) -> None:
        location = self._chance.choice(self._shop.locations)
        await self._caller.read("insight", queries.INSIGHT, filter={"locations": [location]})

    async def _adjust(self, key: LevelKey, delta: int) -> None:
        fields = {"sku": key.sku, "location": key.location, "delta": delta, "reason": "CORRECTION"}
        await self._caller.change("stockAdjust", fields, effect={key: AccountCounts(delta)})

    async def _pause(self) -> None:
        await closed_within(self._closing, self._chance.uniform(0.1, PAUSE_SECONDS))

    def _delta(self) -> int:
        return self._chance.choice((-3, -2, -1, 1, 2, 3))

    def _some_level(self) -> LevelKey:
        return LevelKey(self._chance.choice(self._shop.spread), self._chance.choice(self._shop.locations))

    def _some_levels(self, number: int) -> set[LevelKey]:
        return {self._some_level() for _ in range(number)}

    def _some_units(self, lines: int) -> dict[str, int]:
        return {self._chance.choice(self._shop.spread): self._chance.randint(1, 5) for _ in range(lines)}


def _arrived(units: dict[str, int], location: str) -> dict[LevelKey, AccountCounts]:
    return {LevelKey(sku, location): AccountCounts(on_hand=number, incoming=-number) for sku, number in units.items()}
