"""A shop of sixty items at three places that replenishes itself: what is stocked, by which policies, and its sales."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from app.domain.stock.level import LevelKey

SEED = 2024
ITEMS = 60
AT_MAIN = 20  # of the items: those that MAIN keeps as well, and sends to SHOP
SHOPS = ("NORTH", "SHOP")
PLACES = ("MAIN", *SHOPS)
SKUS = [f"P-{number:02}" for number in range(ITEMS)]
WITHOUT_OFFER = SKUS[-2:]
SENTINEL = LevelKey("SENTINEL", "MAIN")  # nobody sells it; it is LOW from the beginning
LEVELS = [
    *(LevelKey(sku, place) for place in SHOPS for sku in SKUS),
    *(LevelKey(sku, "MAIN") for sku in SKUS[:AT_MAIN]),
]
RETURNS_PERCENT = 4
MAX_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One receipt, under the key that its number stands for. Below zero, units came back."""

    number: int
    location: str
    lines: tuple[tuple[str, int], ...]

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return f"sale/{self.number}"

    @property
    def input(self) -> dict[str, Any]:
        """What is sent."""
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in self.lines]
        return {"location": self.location, "lines": lines, "idempotencyKey": self.key}


def chance_of(what: object) -> Random:
    """Return the chance that decides something: the same in each run, whoever asks and when."""
    return Random(f"{SEED}/{what}")  # noqa: S311 - no secret


def a_sale(number: int) -> Sale:
    """Return the sale of a number: of one to five items, the first of all more often than the last."""
    chance = chance_of(f"sale/{number}")
    location = chance.choices(PLACES, weights=(1, 3, 3))[0]
    kept = SKUS[:AT_MAIN] if location == "MAIN" else SKUS
    skus = {kept[int(chance.random() ** 1.3 * len(kept))] for _ in range(chance.randint(1, MAX_LINES))}
    sign = -1 if chance.random() * 100 < RETURNS_PERCENT else 1
    lines = tuple((sku, sign * chance.choice((1, 1, 1, 2, 3))) for sku in sorted(skus))
    return Sale(number=number, location=location, lines=lines)


def opening_stock() -> Iterator[dict[str, Any]]:
    """Fill every level, each as far as it is ordered for later."""
    for key in LEVELS:
        yield {**_named(key), "delta": _order_up_to(key), "reason": "RECEIPT"}
    yield {**_named(SENTINEL), "delta": 1, "reason": "RECEIPT"}


def offers() -> Iterator[dict[str, Any]]:
    """Let one of two suppliers offer each item, some of them in packs or in larger quantities only."""
    for number, sku in enumerate(SKUS):
        if sku not in WITHOUT_OFFER:
            yield {
                "supplier": "SLOW" if number % 3 == 2 else "FAST",
                "sku": sku,
                "unitCost": "1.25",
                "minimumQuantity": 15 if number % 7 == 0 else 1,
                "packSize": 6 if number % 5 == 0 else 1,
                "idempotencyKey": f"open/offer/{sku}",
            }


def policies() -> Iterator[dict[str, Any]]:
    """Let every other item be ordered up to a target, and the others in fixed quantities; MAIN serves SHOP first."""
    for number, key in enumerate(LEVELS):
        policy: dict[str, Any] = {"method": "MIN_MAX", "targetLevel": _order_up_to(key)}
        if number % 2:
            policy = {"method": "FIXED_QUANTITY", "orderQuantity": _order_up_to(key) - _reorder_point(key)}
        if key.location == "SHOP" and key.sku in SKUS[:AT_MAIN]:
            policy["resupplyFrom"] = "MAIN"
        yield {
            **_named(key),
            **policy,
            "reorderPoint": _reorder_point(key),
            "alertMargin": number % 4,
            "idempotencyKey": f"open/policy/{key.sku}/{key.location}",
        }
    yield {**_named(SENTINEL), "reorderPoint": 5, "idempotencyKey": "open/policy/sentinel"}


def _reorder_point(key: LevelKey) -> int:
    return 60 if key.location == "MAIN" else chance_of(key).randint(12, 36)


def _order_up_to(key: LevelKey) -> int:
    return 300 if key.location == "MAIN" else _reorder_point(key) + chance_of(f"{key}/more").randint(20, 45)


def _named(key: LevelKey) -> dict[str, Any]:
    return {"sku": key.sku, "location": key.location}
