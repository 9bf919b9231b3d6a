"""Words to set a scene and to look at it: items and locations that exist, levels with stock, refusals."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.catalog.catalog import LocationKind
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import InventoryError, Refused
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.services.request_info import RequestInfo
from tests.support.store import Store

SHOP = "shop"  # the actor of most tests
TEA = LevelKey("TEA-1", "MAIN")
CUP = LevelKey("CUP-1", "MAIN")
TEA_NORTH = LevelKey("TEA-1", "NORTH")


def request_info(
    key: str | None = None,
    *,
    actor: str = SHOP,
    reference: str | None = None,
    note: str | None = None,
    occurred_at: datetime | None = None,
) -> RequestInfo:
    """Return what a request says about itself."""
    return RequestInfo(actor=actor, idempotency_key=key, reference=reference, note=note, occurred_at=occurred_at)


def at(moment: int) -> datetime:
    """Return the aware datetime of a moment."""
    return datetime.fromtimestamp(moment // 1_000_000, tz=UTC).replace(microsecond=moment % 1_000_000)


async def given_item(
    store: Store,
    sku: str = TEA.sku,
    *,
    name: str | None = None,
    category: str | Unchanged | None = UNCHANGED,
    reorder_point: int | Unchanged = UNCHANGED,
) -> Outcome:
    """Create an item, named for its SKU unless told otherwise."""
    return await store.shop.change_item(
        ItemChange(sku=sku, name=name or f"Item {sku}", category=category, reorder_point=reorder_point),
        request=request_info(),
    )


async def given_location(store: Store, code: str = TEA.location, *, name: str | None = None) -> Outcome:
    """Create a location."""
    return await store.shop.upsert_location(
        code, name=name or f"Place {code}", kind=LocationKind.WAREHOUSE, request=request_info()
    )


async def given_catalog(store: Store, *keys: LevelKey) -> None:
    """Create the items and locations of these levels, and no level."""
    await asyncio.gather(  # in a transaction or two
        *(given_item(store, sku) for sku in dict.fromkeys(key.sku for key in keys)),
        *(given_location(store, code) for code in dict.fromkeys(key.location for key in keys)),
    )


async def given_level(store: Store, key: LevelKey = TEA, *, on_hand: int) -> Level:
    """Create a level with its item and location, and receive stock in one movement (none for zero)."""
    await given_catalog(store, key)
    if on_hand:
        await adjust(store, key, on_hand, reason=MovementReason.RECEIPT)
    return await store.level(key) or Level(key=key)


async def adjust(
    store: Store,
    key: LevelKey,
    delta: int,
    *,
    reason: MovementReason = MovementReason.CORRECTION,
    idempotency_key: str | None = None,
    actor: str = SHOP,
    reference: str | None = None,
) -> Outcome:
    """Change one level by a delta."""
    said = request_info(idempotency_key, actor=actor, reference=reference)
    return await store.stock.adjust(key, delta=delta, reason=reason, request=said)


def line(key: LevelKey, delta: int, reason: MovementReason = MovementReason.CORRECTION) -> Adjustment:
    """Return one line of a bulk change."""
    return Adjustment(key=key, delta=delta, reason=reason)


def an_adjustment(key: LevelKey, delta: int, *, idempotency_key: str, actor: str = SHOP) -> AdjustStock:
    """Return a command with a key, unchecked, for a writer without the services before it."""
    info = CommandInfo(
        operation_id=operation_id_of_key(actor=actor, key=idempotency_key),
        kind="stockAdjust",
        actor=actor,
        idempotency_key=idempotency_key,
    )
    return AdjustStock(info=info, key=key, delta=delta, reason=MovementReason.CORRECTION)


async def refused(store: Store, request: Awaitable[Any]) -> list[InventoryError]:
    """Return the errors of a request that is refused, after proving that it changed nothing at all."""
    before = await store.contents()
    with pytest.raises(Refused) as refusal:
        await request
    assert await store.contents() == before
    return list(refusal.value.errors)


async def outcome_or_refusal(request: Awaitable[Outcome]) -> Outcome | Refused:
    """Return the outcome, or the refusal as a value."""
    try:
        return await request
    except Refused as refusal:
        return refusal
