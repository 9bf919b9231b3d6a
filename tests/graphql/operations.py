"""The fragments and reads that the tests share, and the shop that most of them begin with."""

import asyncio
import time
from typing import Any

from app.domain.catalog.catalog import LocationKind
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database
from tests.support.clock import StillClock
from tests.support.database import contents, fill
from tests.support.scene import adjust, given_item, request_info
from tests.support.store import mongo_store

WHY = """
fragment Why on UserError {
  __typename code message field
  ... on UnknownItemError { sku }
  ... on UnknownLocationError { location }
  ... on InsufficientStockError { sku location requested available }
  ... on StaleLevelError { sku location expected actual }
  ... on IdempotencyKeyReusedError { key }
  ... on ArchivedError { name }
  ... on InvalidValueError { rule }
  ... on QuantityOutOfRangeError { minimum maximum }
  ... on DuplicateLineError { sku location firstLine }
  ... on TooManyLinesError { count maximum }
}
"""

EVERYTHING = """
query Everything {
  items(first: 250) {
    nodes {
      id sku name category tags barcodes unitCost reorderPoint backorderLimit isArchived createdAt updatedAt
    }
    pageInfo { hasNextPage }
  }
  locations(first: 50) {
    nodes { id code name kind priority isArchived createdAt updatedAt }
    pageInfo { hasNextPage }
  }
  stockLevels(first: 100) {
    nodes {
      id onHand reserved unavailable incoming planned backordered available reorderPoint backorderLimit status version
      changedAt
      countedAt unavailableBy { damaged qualityControl safety other }
    }
    pageInfo { hasNextPage }
  }
  movements(first: 100) {
    nodes {
      id delta reason reference channel version recordedAt
      change { onHand reserved unavailable incoming planned }
      level { onHand version }
      operation { id kind actor idempotencyKey reference note occurredAt recordedAt }
    }
    pageInfo { hasNextPage }
  }
  reservations(first: 50) {
    nodes { id state version updatedAt expiresAt lines { nodes { sku held waiting fulfilled released } } }
    pageInfo { hasNextPage }
  }
  transfers(first: 50) {
    nodes { id state version updatedAt lines { nodes { shipped received lost over returned } } }
    pageInfo { hasNextPage }
  }
  suppliers(first: 10) {
    nodes { id name isArchived version updatedAt items(first: 50) { nodes { id version updatedAt } } }
    pageInfo { hasNextPage }
  }
  purchaseOrders(first: 50) {
    nodes { id state version updatedAt lines { nodes { quantity received short over } } }
    pageInfo { hasNextPage }
  }
  alerts(first: 50) {
    nodes { id type state version updatedAt acknowledgedAt snoozedUntil note }
    pageInfo { hasNextPage }
  }
  counts(first: 50) {
    nodes { id state version updatedAt entryCount linesCounted linesPosted }
    pageInfo { hasNextPage }
  }
}
"""

LEVEL = """
query Level($sku: String!, $location: String!) {
  stockLevel(sku: $sku, location: $location) {
    onHand reserved unavailable incoming available reorderPoint status version
  }
}
"""

MAX = 2_147_483_647
SKU_RULE = "must be 1 to 64 printable characters without a blank at either end"
KEY_RULE = "must be 1 to 255 printable characters without a blank at either end"
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"
NAME_RULE = "must be 1 to 200 printable characters without a blank at either end"

TEA, CUP = LevelKey("TEA-1", "MAIN"), LevelKey("CUP-1", "MAIN")
OLD_AT_MAIN, TEA_AT_CLOSED = LevelKey("OLD-1", "MAIN"), LevelKey("TEA-1", "CLOSED")


def user_error(type_: str, message: str, *field: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a user error as `Why` shows it; its code follows from its type."""
    code = "".join(f"_{sign}" if sign.isupper() else sign.upper() for sign in type_.removesuffix("Error")).lstrip("_")
    return {"__typename": type_, "code": code, "message": message, "field": list(field), **facts}


SEED_SECONDS = 10.0  # a copy is no older: its moments are as those of a test on a busy machine
_SEEDED: dict[str, list[BsonDocument]] = {}
_SEEDED_AT = [-SEED_SECONDS]


async def seed(database: Database) -> None:
    """Stock a shop: 10 TEA-1 and 4 CUP-1 at MAIN, none at NORTH. The item OLD-1 and the location CLOSED are archived.

    This goes past the API, whose `locationArchive` takes a second. What it has written shortly before, it copies.
    """
    if time.monotonic() - _SEEDED_AT[0] < SEED_SECONDS:
        await fill(database, _SEEDED)
        return
    is_alone = not await contents(database)
    await _stock(database)
    if is_alone:
        _SEEDED.clear()
        _SEEDED.update(await contents(database))
        _SEEDED_AT[0] = time.monotonic()


async def _stock(database: Database) -> None:
    store = mongo_store(database, clock=StillClock(Moment(time.time_ns() // 1_000)))
    locations = {"MAIN": LocationKind.WAREHOUSE, "NORTH": LocationKind.STORE, "CLOSED": LocationKind.DROP_SHIP}
    await asyncio.gather(
        given_item(store, "TEA-1", name="Green Tea", category="Tea", reorder_point=5),
        given_item(store, "CUP-1", name="Blue Cup"),
        given_item(store, "OLD-1", name="Old Tea", category="Tea"),
        *(
            store.shop.upsert_location(code, name=f"Place {code}", kind=kind, request=request_info())
            for code, kind in locations.items()
        ),
        *(
            adjust(store, key, units, reason=MovementReason.RECEIPT)
            for key, units in {TEA: 10, CUP: 4, OLD_AT_MAIN: 3, TEA_AT_CLOSED: 2}.items()
        ),
        store.shop.archive_item("OLD-1", is_archived=True, request=request_info()),
        store.shop.archive_location("CLOSED", is_archived=True, request=request_info()),
    )
    await store.close()
