"""Plans what customers do: they buy at the tills, bring things back, and order from the web shop."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from app.client.demo.acts import DemoAct, lines_of
from app.client.demo.shop_view import OpenDocument, PlayedKey, PlayedLevel, ShopView

WEB, PACKAGING = "WEB", "Packaging"
RECEIPTS_A_DAY = {"BRIGHTON": 28, "BRISTOL": 17, "LEEDS": 25, "LONDON": 5}
WEB_ORDERS_A_DAY, CARTS_A_DAY = 34, 6
CART_SECONDS = 90
TO_ORDER = "JUST_IN_TIME"  # the method of what is bought once it was ordered

_MOST_WANTED = 30  # however large a level is
_COMES_BACK, _CANCELS, _IS_LEFT = 0.04, 0.07, 0.5  # of receipts, of web orders, of carts
_IS_TO_ORDER = 0.12  # of web orders: they wait until the goods come
_LINES, _UNITS = (1, 1, 2, 2, 3, 5), (1, 1, 1, 2, 2, 3)


class Customers:
    """The demand of all locations. It follows the stock, so that no shop is emptied."""

    def __init__(self, chance: random.Random, *, run: str) -> None:
        """`run` makes the references of this run."""
        self._chance, self._run, self._number = chance, run, 0
        self._wanted: dict[str, tuple[Sequence[PlayedKey], Sequence[float]]] = {}

    def look(self, view: ShopView) -> None:
        """See anew what there is to buy."""
        by_location: dict[str, list[PlayedLevel]] = {}
        for level in view.levels.values():
            if level.category != PACKAGING:
                by_location.setdefault(level.key.location, []).append(level)
        self._wanted = {
            code: ([level.key for level in levels], list(accumulate(map(_appeal, levels))))
            for code, levels in by_location.items()
        }

    def receipts(self, view: ShopView, expected: float) -> Iterator[DemoAct]:
        """Yield about so many receipts of a usual day's tills, in shares of that day."""
        for code, usual in RECEIPTS_A_DAY.items():
            for _ in range(self._arrivals(usual * expected)):
                units = self._basket(view, code)
                if not units:
                    continue
                is_back = self._chance.random() < _COMES_BACK
                if is_back:
                    units = {sku: -number for sku, number in list(units.items())[:1]}
                yield DemoAct(
                    kind="return" if is_back else "sale",
                    mutation="saleRecord",
                    changes=len(units),
                    fields={
                        "location": code,
                        "lines": lines_of(units),
                        "channel": "till",
                        "reference": self._reference("RETURN" if is_back else "SALE"),
                    },
                )

    def orders(self, view: ShopView, expected: float) -> Iterator[DemoAct]:
        """Yield about so many orders and carts of a usual day's web shop, in shares of that day."""
        for is_cart, usual in ((False, WEB_ORDERS_A_DAY), (True, CARTS_A_DAY)):
            for _ in range(self._arrivals(usual * expected)):
                is_to_order = not is_cart and self._chance.random() < _IS_TO_ORDER
                units = self._ordered_goods(view) if is_to_order else self._basket(view, WEB)
                if units:
                    term = {"ttlSeconds": CART_SECONDS} if is_cart else {}
                    yield DemoAct(
                        kind="cart" if is_cart else "web order",
                        mutation="reservationCreate",
                        changes=len(units),
                        fields={
                            "lines": [{**line, "location": WEB} for line in lines_of(units)],
                            "channel": "web",
                            "reference": self._reference("WEB"),
                            **term,
                        },
                    )

    def next_step(self, order: OpenDocument) -> DemoAct | None:
        """Return what becomes of a web order whose time has come; None for a cart that is left to expire."""
        likelihood = self._chance.random()
        if order.expires and likelihood < _IS_LEFT:
            return None
        if likelihood < _CANCELS:
            return _closing(order, "cancelled order", "reservationRelease")
        return _closing(order, "shipped order", "reservationFulfill")

    def _basket(self, view: ShopView, code: str) -> dict[str, int]:
        keys, weights = self._wanted.get(code, ((), ()))
        if not keys:
            return {}
        chosen = self._chance.choices(keys, cum_weights=weights, k=self._chance.choice(_LINES))
        taken: Counter[str] = Counter()
        for key in chosen:
            taken[key.sku] += view.take(key, self._chance.choice(_UNITS))
        return {sku: number for sku, number in taken.items() if number}

    def _ordered_goods(self, view: ShopView) -> dict[str, int]:
        """Return one thing that is bought once it was ordered, whether it is there or not."""
        goods = [level.key.sku for level in view.levels.values() if level.method == TO_ORDER]
        return {self._chance.choice(goods): 1} if goods else {}

    def _arrivals(self, mean: float) -> int:
        """Return how many come where so many are expected: independently of each other (Poisson, by Knuth)."""
        number, product, limit = 0, self._chance.random(), 2.718281828459045 ** -min(mean, 50)
        while product > limit:
            number += 1
            product *= self._chance.random()
        return number

    def _reference(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._run}-{self._number}"


def _appeal(level: PlayedLevel) -> float:
    """Return how much a level is bought: as its orders are large, and less when little is left."""
    size = min(max(level.target - level.reorder_point, 1), _MOST_WANTED)
    left = level.available / (2 * level.reorder_point + 1)
    return size * min(left, 1.0) if level.available > 0 else 0.0


def _closing(order: OpenDocument, kind: str, mutation: str) -> DemoAct:
    return DemoAct(kind=kind, mutation=mutation, changes=len(order.units), fields={"id": order.id})
