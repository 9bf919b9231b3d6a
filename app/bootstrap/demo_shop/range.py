"""What the demo shop sells beside its 200 base items, and from whom it comes.

Rule: only data and what follows from it, so that the shop is the same for everyone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.catalog.catalog import LocationKind

WAREHOUSE = "LONDON"
WEB = "WEB"
STORES = ("BRIGHTON", "BRISTOL", "LEEDS")
ADDED_LOCATIONS = {
    "WEB": ("Web warehouse, Milton Keynes", LocationKind.WAREHOUSE, 1),
    "BRISTOL": ("Bristol store, Cabot Circus", LocationKind.STORE, 3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeItem:
    """An item of the added ranges. `daily` units are sold a day in the whole shop; `is_unwanted` ones never are."""

    sku: str
    name: str
    category: str
    cost: Decimal
    daily: float
    tags: tuple[str, ...] = ()
    is_unwanted: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeSupplier:
    """A supplier of added ranges: it delivers after `lead_days`, as it says, and in truth `late_days` later or less."""

    name: str
    lead_days: int
    late_days: int
    pack_size: int
    minimum_order: int
    categories: tuple[str, ...]
    auto_submit: bool = False


SUPPLIERS: Mapping[str, RangeSupplier] = {
    "CACAO": RangeSupplier(
        name="Maison Cacao", lead_days=5, late_days=3, pack_size=12, minimum_order=150, categories=("Chocolate",)
    ),
    "KILN": RangeSupplier(
        name="St Ives Kiln & Clay", lead_days=14, late_days=6, pack_size=4, minimum_order=300, categories=("Teaware",)
    ),
    "MALABAR": RangeSupplier(
        name="Malabar Coast Spice Growers' and Traders' Co-operative Society of Kozhikode (Export Department)",
        lead_days=21,
        late_days=9,
        pack_size=10,
        minimum_order=250,
        categories=("Spices", "Honey"),
    ),
    "PARCEL": RangeSupplier(
        name="Parcelworks Packaging",
        lead_days=2,
        late_days=1,
        pack_size=500,
        minimum_order=0,
        categories=("Packaging",),
        auto_submit=True,
    ),
    "HAMPER": RangeSupplier(
        name="The Hamper Room", lead_days=7, late_days=2, pack_size=1, minimum_order=0, categories=("Gifts",)
    ),
}

# category, SKU prefix, tags, and each item's name, unit cost and units sold a day
_RANGES: tuple[tuple[str, str, tuple[str, ...], tuple[tuple[str, str, float], ...]], ...] = (
    (
        "Chocolate",
        "BAR",
        ("gift",),
        (
            ("Dark 70 % bar, 100 g", "1.90", 9),
            ("Dark 85 % bar, 100 g", "2.05", 5),
            ("Milk 45 % bar, 100 g", "1.75", 11),
            ("Sea salt caramel bar, 100 g", "2.10", 12),
            ("Hazelnut praline, 12 pieces", "5.40", 4),
            ("Champagne truffles, 12 pieces", "6.80", 3),
            ("Orange sticks, dark chocolate, 150 g", "3.30", 3),
            ("Drinking chocolate flakes, 250 g", "3.95", 6),
            ("Cocoa nibs, roasted, 200 g", "4.10", 1),
            ("Couverture drops, dark, 2.5 kg", "21.50", 0.6),
            ("Advent calendar with 24 single-origin squares", "11.20", 5),
            ("White chocolate with freeze-dried raspberry, 100 g", "2.20", 4),
        ),
    ),
    (
        "Teaware",
        "POT",
        ("kitchen",),
        (
            ("Cast-iron teapot, black, 0.8 l", "24.00", 0.8),
            ("Cast-iron teapot, sea green, 1.2 l", "31.00", 0.4),
            ("Glass teapot with strainer, 1 l", "13.50", 1.4),
            ("Stoneware teapot, speckled, 1 l", "17.80", 0.9),
            ("Bamboo matcha whisk", "4.60", 1.2),
            ("Matcha bowl, hand-thrown", "12.40", 0.5),
            ("Gooseneck kettle, brushed steel, 0.9 l", "38.00", 0.5),
            ("Coffee dripper, ceramic, size 02", "9.20", 0.9),
            ("Filter papers, size 02, 100 pieces", "2.10", 6),
            ("Burr grinder, hand-cranked", "46.00", 0.3),
            ("Tea caddy, tin, 250 g", "3.75", 1.1),
            ("Milk jug, enamel, 0.4 l", "6.30", 0.7),
        ),
    ),
    (
        "Spices",
        "SPC",
        ("pantry",),
        (
            ("Black peppercorns, Tellicherry, 80 g", "2.40", 3),
            ("Cardamom pods, green, 50 g", "3.10", 2),
            ("Cinnamon quills, Ceylon, 40 g", "2.60", 3),
            ("Cloves, whole, 45 g", "2.20", 1),
            ("Ginger, ground, 50 g", "1.90", 2),
            ("Nutmeg, whole, 6 pieces", "2.30", 1),
            ("Saffron threads, 1 g", "5.90", 0.8),
            ("Star anise, 30 g", "2.10", 0.9),
            ("Turmeric, ground, 60 g", "1.80", 2),
            ("Vanilla pods, Madagascar, 2 pieces", "6.40", 1.5),
        ),
    ),
    (
        "Honey",
        "HON",
        ("pantry", "local"),
        (
            ("Acacia honey, 340 g", "4.20", 3),
            ("Chestnut honey, 340 g", "4.90", 1),
            ("Heather honey, North York Moors, 227 g", "6.10", 2),
            ("Honeycomb in its frame, 200 g", "8.70", 0.7),
            ("Lime blossom honey, 340 g", "4.40", 2),
            ("Wildflower honey, 1 kg", "9.60", 1),
        ),
    ),
    (
        "Gifts",
        "GFT",
        ("gift", "web"),
        (
            ("Afternoon tea for two", "18.50", 3),
            ("Breakfast hamper", "27.00", 2),
            ("Chocolate lover's box", "22.50", 3),
            ("The coffee course: four single estates, a dripper and a notebook", "34.00", 1),
            (
                (
                    "The Grand Afternoon: a wicker hamper of twelve single-estate teas, three preserves, shortbread "
                    "and a hand-thrown stoneware teapot for eight, with a card in your own words"
                ),
                "118.00",
                0.4,
            ),
            ("Letterbox tea, six samples", "7.20", 8),
            ("Corporate gift crate, 48 boxes, engraved", "612.00", 0.1),
            ("Spice starter tin", "14.90", 1),
        ),
    ),
    (
        "Packaging",
        "PKG",
        ("supplies",),
        (
            ("Kraft mailer, small", "0.11", 90),
            ("Kraft mailer, large", "0.19", 60),
            ("Tissue paper, sheet", "0.02", 220),
            ("Paper void fill, metre", "0.04", 180),
            ("Gift ribbon, metre", "0.07", 70),
            ("Thank-you card", "0.05", 110),
        ),
    ),
)
_UNWANTED = (
    ("POT-021", "Teapot shaped like a badger, 0.6 l", "Teaware", "14.20"),
    ("POT-022", "Jubilee mug 2022, commemorative", "Teaware", "3.90"),
    ("SPC-021", "Long pepper, 40 g", "Spices", "3.60"),
    ("GFT-021", "Father's Day hamper 2024", "Gifts", "29.00"),
    ("BAR-021", "Carob bar, unsweetened, 100 g", "Chocolate", "1.40"),
)
_ARCHIVED = (
    ("BAR-031", "Rum & raisin bar, 100 g (discontinued)", "Chocolate", "1.80"),
    ("POT-031", "Travel kettle, 230 V (recalled)", "Teaware", "19.90"),
    ("HON-031", "Manuka honey, 250 g (discontinued)", "Honey", "16.40"),
)


def range_items() -> Iterator[RangeItem]:
    """Yield the added items."""
    for category, prefix, tags, items in _RANGES:
        for number, (name, cost, daily) in enumerate(items, start=1):
            yield RangeItem(
                sku=f"{prefix}-{number:03}", name=name, category=category, cost=Decimal(cost), daily=daily, tags=tags
            )
    for sku, name, category, cost in _UNWANTED:
        yield RangeItem(sku=sku, name=name, category=category, cost=Decimal(cost), daily=0, is_unwanted=True)
    for sku, name, category, cost in _ARCHIVED:
        yield RangeItem(sku=sku, name=name, category=category, cost=Decimal(cost), daily=0, is_archived=True)


def supplier_of(category: str) -> str:
    """Return the code of the supplier of an added category."""
    return next(code for code, supplier in SUPPLIERS.items() if category in supplier.categories)
