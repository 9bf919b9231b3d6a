# ruff: noqa: C901, PLR0911 - there are many kinds of objects
"""What a limited principal has to be answered, from the whole answer and what is known of the shop: over JSON alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graphql import get_named_type, get_nullable_type, is_leaf_type, is_list_type

from tests.property.asked_queries import Asked

Json = Any

UNKNOWN = object()  # a value that may be anything
_REDUCED = {
    "priority": 100,
    "oversellPolicy": "REFUSE",
    "isArchived": False,
    "createdAt": "1970-01-01T00:00:00Z",
    "updatedAt": "1970-01-01T00:00:00Z",
}
_OTHER_ENDS = {("Transfer", "source"), ("Transfer", "destination"), ("ReplenishmentNeed", "source")}
_OWN_POSITIONS = {("Operation", "movements")}  # cursors count what is visible


@dataclass(frozen=True)
class Seen:
    """What a principal sees: codes of locations and categories, None for all."""

    locations: frozenset[str] | None = None
    categories: frozenset[str] | None = None

    def place(self, code: str) -> bool:
        """Tell whether a location is visible."""
        return self.locations is None or code in self.locations

    def category(self, name: str | None) -> bool:
        """Tell whether items of a category are visible."""
        if self.categories is None:
            return True
        return name is not None and name.lower() in {each.lower() for each in self.categories}


@dataclass(frozen=True)
class Oracle:
    """The truth about one shop, and what one principal sees of it.

    `categories` are those of items by SKU; `reservations` the locations that each names, by global id; `operations` by
    global id the levels, as (SKU, location), and the documents, as objects of their types with facts.
    """

    seen: Seen
    categories: Mapping[str, str | None]
    reservations: Mapping[str, frozenset[str]]
    operations: Mapping[str, tuple[Sequence[tuple[str, str]], Sequence[Json]]]

    def answer(self, asked: Asked, full: Json) -> Json:
        """Return what has to be answered to a root field, given the whole answer."""
        if asked.name == "nodes":
            return [self._object(asked, each) for each in full]
        if asked.name == "itemLabels":  # of the items that are visible: see tests/contract/catalog/test_labels.py
            return UNKNOWN
        if asked.name == "countsDue":
            return self._listed(asked, full)[: asked.arguments["first"]]
        return self._value(asked, full, of="Query")

    def shows(self, thing: Json) -> bool:
        """Tell whether an object is visible."""
        seen = self.seen
        match thing["__typename"]:
            case "StockLevel" | "InventoryInsight" | "Movement" | "StockAlert":
                return seen.place(thing["_at"]["code"]) and seen.category(thing["_of"]["category"])
            case "ReplenishmentNeed" | "ReplenishmentAdvice" | "ReplenishmentSimulation" | "CountDue":
                level = thing["_level"]
                return seen.place(level["location"]["code"]) and seen.category(level["item"]["category"])
            case "Item":
                return seen.category(thing["_category"])
            case "Location":
                return seen.place(thing["_code"])
            case "Transfer":
                ends = (thing["_from"]["code"], thing["_to"]["code"])
                return seen.categories is None and any(map(seen.place, ends))
            case "PurchaseOrder" | "StockCount":
                return seen.categories is None and seen.place(thing["_at"]["code"])
            case "Reservation":
                named = thing["_named"] if "_named" in thing else self.reservations[thing["_id"]]
                return seen.categories is None and all(map(seen.place, named))
            case "SupplierItem":
                return seen.category(thing["_of"]["category"])
            case "ReplenishmentPolicy":
                return self._shows_policy(thing["_scope"], thing["_name"])
            case "Operation":
                levels, documents = self.operations[thing["_id"]]
                return any(self._shows_level(*level) for level in levels) or any(map(self.shows, documents))
            case "Webhook" | "WebhookDelivery":
                return False
            case _:  # a supplier, or a part of what is visible
                return True

    def _shows_level(self, sku: str, location: str) -> bool:
        return self.seen.place(location) and self.seen.category(self.categories[sku])

    def _shows_policy(self, scope: str, name: str) -> bool:
        match scope:
            case "ITEM":
                return self.seen.category(self.categories.get(name))
            case "CATEGORY":
                return self.seen.category(name)
            case "LOCATION":
                return self.seen.place(name)
            case _:
                return True

    def _value(self, asked: Asked, full: Json, *, of: str) -> Json:
        if full is None:
            return None
        if asked.is_connection:
            return self._connection(asked, full, of=of)
        if is_list_type(get_nullable_type(asked.type)) and asked.below:
            return self._listed(asked, full)
        if asked.name == "leadTimes":  # of the orders that are visible
            return UNKNOWN
        if is_leaf_type(get_named_type(asked.type)):
            return full
        if (of, asked.name) in _OTHER_ENDS and not self.shows(full):
            return {each.alias: _REDUCED.get(each.name, full[each.alias]) for each in asked.below}
        return self._object(asked, full)

    def _object(self, asked: Asked, full: Json) -> Json:
        if full is None or not self.shows(full):
            return None
        below = asked.on.get(full["__typename"], ()) if asked.on else asked.below
        shown = {"__typename": full["__typename"]} if asked.on else {}
        return shown | self._fields(below, full)

    def _fields(self, below: Sequence[Asked], full: Json) -> Json:
        return {each.alias: self._value(each, full[each.alias], of=full["__typename"]) for each in below}

    def _listed(self, asked: Asked, full: Json) -> Json:
        return [self._fields(asked.below, each) for each in full if self.shows(each)]

    def _connection(self, asked: Asked, full: Json, *, of: str) -> Json:
        """Return the page of what is visible."""
        assert not full["pageInfo"]["hasNextPage"], asked
        edges, after = full["edges"], asked.arguments.get("after")
        seen = [edge for edge in edges if self.shows(edge["node"])]
        start = 0
        if after is not None:
            begun = [edge["cursor"] for edge in edges].index(after) + 1
            start = sum(1 for edge in edges[:begun] if self.shows(edge["node"]))
        page = seen[start : start + asked.arguments["first"]]
        cursors = [UNKNOWN if (of, asked.name) in _OWN_POSITIONS else edge["cursor"] for edge in page]
        return {
            "totalCount": len(seen),
            "pageInfo": {
                "hasNextPage": bool(page) and len(seen) > start + len(page),
                "hasPreviousPage": after is not None,
                "startCursor": cursors[0] if cursors else None,
                "endCursor": cursors[-1] if cursors else None,
            },
            "edges": [{"cursor": cursor} for cursor in cursors],
            "nodes": [self._fields(asked.below, edge["node"]) for edge in page]
            if asked.below
            else [{"__typename": edge["node"]["__typename"]} for edge in page],
        }


def named_by(stored: Json) -> frozenset[str]:
    """Return the locations that a reservation names, as it is stored."""
    asked = (line.get("location") for line in stored["lines"])
    held = (hold["location"] for hold in stored["holds"])
    return frozenset(code for code in (*asked, *held, *(stored.get("accepts") or ())) if code is not None)


def as_object(kind: str, stored: Json, categories: Mapping[str, str | None]) -> Json:
    """Return a stored document with the facts that decide whether it is visible."""
    at = {"_at": {"code": stored.get("location")}}
    match kind:
        case "RESERVATION":
            return {"__typename": "Reservation", "_named": named_by(stored)}
        case "TRANSFER":
            ends = {"_from": {"code": stored["source"]}, "_to": {"code": stored["destination"]}}
            return {"__typename": "Transfer", **ends}
        case "PURCHASE_ORDER" | "COUNT":
            return {"__typename": "PurchaseOrder", **at}
        case "ALERT":
            return {"__typename": "StockAlert", **at, "_of": {"category": categories[stored["sku"]]}}
        case "POLICY":
            scope, _, name = stored["_id"].partition(":")
            return {"__typename": "ReplenishmentPolicy", "_scope": scope, "_name": name}
        case "SUPPLIER_ITEM":
            return {"__typename": "SupplierItem", "_of": {"category": categories[stored["sku"]]}}
        case "SUPPLIER":
            return {"__typename": "Supplier"}
        case _:
            raise AssertionError(f"say when {kind} is visible")


def differences(expected: Json, found: Json, path: str = "") -> list[str]:
    """Return where two answers differ."""
    if expected is UNKNOWN or expected == (Decimal(found) if isinstance(expected, Decimal) else found):
        return []
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        return [each for key in expected for each in differences(expected[key], found[key], f"{path}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for at, pair in pairs for each in differences(*pair, f"{path}[{at}]")]
    return [f"{path}: {expected!r} expected, {found!r} found"]
