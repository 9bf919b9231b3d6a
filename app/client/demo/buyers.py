"""Plans what buyers and suppliers do: orders are sent, confirmed and delivered, and alerts are answered."""

import random

from app.client.demo.acts import DemoAct
from app.client.demo.shop_view import OpenDocument, ShopView

LEAD_SHARE = 0.2  # of the days that a supplier promises, so that one sees deliveries come
_COMES_IN_PARTS, _IS_DAMAGED, _IS_SNOOZED = 0.15, 0.1, 0.2


class Buyers:
    """The office, and those who deliver."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def order(self, order: OpenDocument) -> DemoAct:
        """Return the next step of a purchase order whose time has come."""
        match order.state:
            case "DRAFT":
                fields = {"id": order.id, "expectedVersion": order.version, "ignoreMinimums": True}
                return DemoAct(
                    kind="sent order", mutation="purchaseOrderSubmit", fields=fields, changes=len(order.units)
                )
            case "SUBMITTED":
                return DemoAct(kind="confirmed order", mutation="purchaseOrderConfirm", fields={"id": order.id})
            case _:
                return self._delivery(order)

    def review(self, view: ShopView) -> DemoAct | None:
        """Return that what is ordered at reviews is reviewed."""
        skus = sorted({level.key.sku for level in view.levels.values() if level.method == "PERIODIC"})
        fields = {"atReview": True, "skus": skus}
        return DemoAct(kind="review", mutation="replenishmentRun", fields=fields) if skus else None

    def alert(self, identity: str) -> DemoAct:
        """Return the answer to an alert."""
        is_snoozed = self._chance.random() < _IS_SNOOZED
        return DemoAct(
            kind="snoozed alert" if is_snoozed else "acknowledged alert",
            mutation="alertSnooze" if is_snoozed else "alertAcknowledge",
            fields={"id": identity, "note": "After the next delivery." if is_snoozed else "Seen."},
        )

    def _delivery(self, order: OpenDocument) -> DemoAct:
        lines = [{"sku": sku, "quantity": number, "damaged": 0} for sku, number in order.units if number]
        if order.state == "CONFIRMED" and len(lines) > 1 and self._chance.random() < _COMES_IN_PARTS:
            lines = lines[: len(lines) // 2]
        if lines and self._chance.random() < _IS_DAMAGED:
            lines[0]["damaged"] = 1
        return DemoAct(
            kind="delivery",
            mutation="purchaseOrderReceive",
            fields={"id": order.id, "lines": lines or None},
            changes=len(lines),
        )
