"""Plans what the people of the stockrooms do: they ship, receive, break and count."""

import random
from collections.abc import Iterator
from typing import Any

from app.client.demo.acts import DemoAct, lines_of
from app.client.demo.customers import PACKAGING, WEB
from app.client.demo.shop_view import OpenDocument, PlayedKey, ShopView

COUNTED_AT_ONCE, COUNTED_IN_A_ROUND = 8, 3
MISHAPS_A_DAY = 2.0
PARCEL_UNITS = {"PKG-001": 14, "PKG-002": 9, "PKG-003": 40, "PKG-004": 30, "PKG-005": 11, "PKG-006": 23}

_IS_SHORT = 0.12  # of transfers
_ERRORS = (0, 0, 0, 0, 1, -1, -2)
_MISHAPS = (("DAMAGED", "Dropped while unpacking"), ("DAMAGED", "Torn packaging"), ("LOST", "Not where it should be"))


class Stockroom:
    """The people behind the shops."""

    def __init__(self, chance: random.Random, *, run: str) -> None:
        """`run` makes the references of this run."""
        self._chance, self._run = chance, run

    def transfer(self, view: ShopView, transfer: OpenDocument) -> DemoAct | None:
        """Return the next step of a transfer whose time has come; None where nothing of it is there."""
        return self._shipped(view, transfer) if transfer.state == "DRAFT" else self._arrived(transfer)

    def _shipped(self, view: ShopView, transfer: OpenDocument) -> DemoAct | None:
        there = {sku: view.take(PlayedKey(sku, transfer.location), number) for sku, number in transfer.units}
        units = {sku: number for sku, number in there.items() if number}
        if not units:
            return None
        fields = {"id": transfer.id, "lines": lines_of(units)}
        return DemoAct(kind="shipped transfer", mutation="transferShip", fields=fields, changes=2 * len(units))

    def _arrived(self, transfer: OpenDocument) -> DemoAct | None:
        arrived = {sku: number for sku, number in transfer.units if number}
        if not arrived:
            return None
        if self._chance.random() < _IS_SHORT:
            arrived[next(iter(arrived))] -= 1
        lines = [line for line in lines_of(arrived) if line["quantity"]]
        fields = {"id": transfer.id, "isComplete": True, "shortReason": "LOST", "lines": lines or None}
        return DemoAct(kind="received transfer", mutation="transferReceive", fields=fields, changes=len(arrived))

    def mishap(self, view: ShopView) -> DemoAct | None:
        """Return that a unit is broken or lost."""
        key = self._some_key(view)
        if key is None or not view.take(key, 1):
            return None
        reason, note = self._chance.choice(_MISHAPS)
        fields = {"sku": key.sku, "location": key.location, "delta": -1, "reason": reason, "note": note}
        return DemoAct(kind="mishap", mutation="stockAdjust", fields=fields, changes=1)

    def parcels(self, view: ShopView) -> DemoAct | None:
        """Return what a day's parcels took of the packaging."""
        lines = [
            {"sku": level.key.sku, "location": WEB, "delta": -taken, "reason": "OTHER"}
            for level in view.levels.values()
            if level.category == PACKAGING and (taken := view.take(level.key, PARCEL_UNITS.get(level.key.sku, 10)))
        ]
        fields = {"lines": lines, "note": "Used for parcels"}
        return DemoAct(kind="parcels", mutation="stockAdjustMany", fields=fields, changes=len(lines)) if lines else None

    def new_count(self, view: ShopView, number: int) -> DemoAct | None:
        """Return a count of some items of one location: of another one each time."""
        codes = sorted({key.location for key in view.levels})
        if not codes:
            return None
        code = codes[number % len(codes)]
        skus = sorted(key.sku for key in view.levels if key.location == code)
        chosen = self._chance.sample(skus, k=min(COUNTED_AT_ONCE, len(skus)))
        fields = {"location": code, "scope": {"skus": chosen}, "reference": f"COUNT-{self._run}-{number}"}
        return DemoAct(kind="opened count", mutation="countOpen", fields=fields)

    def count(self, view: ShopView, count: OpenDocument) -> DemoAct:
        """Return the next step of a count whose time has come: some more lines, or that it is posted."""
        left = [sku for sku, _ in count.units if sku not in count.counted]
        lines = list(self._counted(view, count.location, left[:COUNTED_IN_A_ROUND]))
        if lines:
            return DemoAct(kind="counted lines", mutation="countRecord", fields={"id": count.id, "lines": lines})
        return DemoAct(kind="posted count", mutation="countPost", fields={"id": count.id}, changes=len(count.counted))

    def _counted(self, view: ShopView, code: str, skus: list[str]) -> Iterator[dict[str, Any]]:
        for sku in skus:
            level = view.levels.get(PlayedKey(sku, code))
            if level is not None:
                yield {"sku": sku, "quantity": max(0, level.on_hand + self._chance.choice(_ERRORS))}

    def _some_key(self, view: ShopView) -> PlayedKey | None:
        keys = [key for key, level in view.levels.items() if level.category != PACKAGING and level.available > 1]
        return self._chance.choice(keys) if keys else None
