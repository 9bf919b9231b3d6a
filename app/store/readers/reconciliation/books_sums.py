"""The pipelines that add up, for the books of levels, their lines and the open documents that count in them."""

from collections.abc import Iterable, Iterator

from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseOrderState
from app.domain.reconciliation.level_books import LineSums
from app.domain.stock.level import COUNTS, Level
from app.domain.transfers.transfer import UNDER_WAY, TransferState
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.queries.conditions import one_of

_MAX_PLACES = 1_000  # in one condition
_IS_OPENING: BsonDocument = {"$eq": [f"${names.OPENING}", True]}
_ID_OF_LINE: BsonDocument = {"$concat": ["$location", "/", "$sku", "#", {"$toString": "$version"}]}


def line_sums() -> list[BsonDocument]:
    """Return the stages that add up the lines of each level, in whatever order they come: see LineSums."""
    sums: BsonDocument = {}
    for name in COUNTS:
        sums[name] = {"$sum": f"$change.{name}"}
        sums[f"{name}_weighted"] = {"$sum": {"$multiply": [f"$change.{name}", "$version"]}}
        sums[f"{name}_after"] = {"$sum": f"$after.{name}"}
    return [
        {"$set": {"change": {"$cond": [_IS_OPENING, "$after", "$change"]}}},
        {
            "$group": {
                "_id": {"sku": "$sku", "location": "$location"},
                "lines": {"$sum": 1},
                "first": {"$min": "$version"},
                "last": {"$max": "$version"},
                "opening": {"$max": {"$cond": [_IS_OPENING, "$version", 1]}},
                "misplaced": {"$sum": {"$cond": [{"$eq": ["$_id", _ID_OF_LINE]}, 0, 1]}},
                **sums,
            }
        },
    ]


def line_sums_of(row: BsonDocument | None, *, after: Level | None) -> LineSums:
    """Return the sums of a row, with the level after its last line."""
    if row is None:
        return LineSums()
    return LineSums(
        lines=row["lines"],
        first=row["first"],
        last=row["last"],
        opening=row["opening"],
        misplaced=row["misplaced"],
        changes={name: row[name] for name in COUNTS},
        weighted={name: row[f"{name}_weighted"] for name in COUNTS},
        afters={name: row[f"{name}_after"] for name in COUNTS},
        after=after,
    )


def held_by_reservations(places: Iterable[str]) -> Iterator[tuple[list[BsonDocument], str]]:
    """Yield pipelines, each with its index, over the open reservations that have units at these levels.

    They add up held and waiting units by level. A hold counts where its level is, so no hold is in two of them.
    """
    remaining = list(places)
    for start in range(0, len(remaining), _MAX_PLACES):
        part = remaining[start : start + _MAX_PLACES]
        yield (
            [
                {"$match": {"places": {"$in": part}, "is_open": True}},
                {"$project": {"holds": 1}},
                {"$unwind": "$holds"},
                {"$set": {"place": {"$concat": ["$holds.location", "/", "$holds.sku"]}}},
                {"$match": {"place": {"$in": part}}},
                {
                    "$group": {
                        "_id": {"sku": "$holds.sku", "location": "$holds.location"},
                        "held": {"$sum": "$holds.held"},
                        "waiting": {"$sum": "$holds.waiting"},
                    }
                },
            ],
            "newest_open_at_level",
        )


def on_transfers(bounds: BsonDocument) -> list[BsonDocument]:
    """Return the pipeline that adds up outstanding and proposed units of transfers, by item and both ends.

    As `TransferLine.outstanding` and `Transfer.proposed` have it.
    """
    open_ones: BsonDocument = {"state": one_of(sorted(UNDER_WAY | {TransferState.DRAFT}))}
    if "location" in bounds:
        open_ones["places"] = bounds["location"]
    gone = {"$sum": ["$lines.received", "$lines.lost", "$lines.returned"]}
    is_proposed = {"$and": ["$is_proposal", {"$eq": ["$state", TransferState.DRAFT.value]}]}
    return [
        {"$match": open_ones | _with_line(bounds)},
        {"$project": {"state": 1, "source": 1, "destination": 1, "is_proposal": 1, "lines": 1}},
        *_lines_within(bounds),
        {
            "$group": {
                "_id": {"sku": "$lines.sku", "source": "$source", "destination": "$destination"},
                "outstanding": {"$sum": {"$subtract": ["$lines.shipped", gone]}},
                "proposed": {"$sum": {"$cond": [is_proposed, "$lines.quantity", 0]}},
            }
        },
    ]


def on_purchase_orders(bounds: BsonDocument) -> list[BsonDocument]:
    """Return the pipeline that adds up outstanding units of orders by level, those of drafts apart.

    As `PurchaseLine.outstanding` has it.
    """
    open_ones: BsonDocument = {"state": one_of(sorted(NOT_ENDED))}
    if "location" in bounds:
        open_ones["location"] = bounds["location"]
    outstanding = {"$subtract": ["$lines.quantity", {"$sum": ["$lines.received", "$lines.short"]}]}
    is_draft = {"$eq": ["$state", PurchaseOrderState.DRAFT.value]}
    return [
        {"$match": open_ones | _with_line(bounds)},
        {"$project": {"state": 1, "location": 1, "lines": 1}},
        *_lines_within(bounds),
        {
            "$group": {
                "_id": {"sku": "$lines.sku", "location": "$location"},
                "ordered": {"$sum": {"$cond": [is_draft, 0, outstanding]}},
                "drafted": {"$sum": {"$cond": [is_draft, outstanding, 0]}},
            }
        },
    ]


def _with_line(bounds: BsonDocument) -> BsonDocument:
    return {"lines": {"$elemMatch": {"sku": bounds["sku"]}}} if "sku" in bounds else {}


def _lines_within(bounds: BsonDocument) -> list[BsonDocument]:
    within = [{"$match": {"lines.sku": bounds["sku"]}}] if "sku" in bounds else []
    return [{"$unwind": "$lines"}, *within]
