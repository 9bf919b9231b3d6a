"""Idempotency keys: a repeat is answered with the first result, whatever happened between, over every store."""

import asyncio

import pytest

from app.domain.catalog.catalog import LocationKind
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import IdempotencyKeyReused, InsufficientStock
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.filters import MovementFilter
from tests.support.clock import START
from tests.support.scene import (
    CUP,
    SHOP,
    TEA,
    adjust,
    at,
    given_catalog,
    given_level,
    line,
    outcome_or_refusal,
    refused,
    request_info,
)
from tests.support.store import Store


async def test_a_repeat_returns_the_first_result_and_changes_nothing(store: Store) -> None:
    """The very same operation and movements, though the level has moved on."""
    # given
    await given_level(store, on_hand=10)
    first = await adjust(store, TEA, -3, idempotency_key="k")
    await adjust(store, TEA, -7)
    store.clock.move(seconds=3_600)
    before = await store.contents()
    # when
    again = await adjust(store, TEA, -3, idempotency_key="k")
    # then
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.operation, again.movements) == (first.operation, first.movements)
    assert again.movements[0].after.on_hand == 7
    assert await store.contents() == before


async def test_a_key_that_was_recorded_decomposed_is_found_composed(store: Store) -> None:
    """An earlier version kept keys and references as they were sent; the repeat of such a request is a repeat."""
    await given_level(store, on_hand=10)
    first = await adjust(store, TEA, -3, idempotency_key="cafe\u0301", reference="Ticket")
    again = await adjust(store, TEA, -3, idempotency_key="caf\u00e9", reference="Ticket")
    assert (again.replayed, again.operation) == (True, first.operation)
    other = await adjust(store, TEA, -1, idempotency_key="the\u0301", reference="Cre\u0300me")
    if store.kind != "memory":  # which holds nothing of an earlier version
        page = await store.stock.movements(MovementFilter(reference="Cr\u00e8me"), first=2, after=None)
        assert [movement.operation_id for movement in page.nodes] == [other.operation.id]


async def test_a_repeat_of_every_command_returns_its_first_result(store: Store) -> None:
    """Each kind of operation finds itself again, and writes nothing."""
    # given
    await given_level(store, on_hand=10)
    await given_level(store, CUP, on_hand=10)
    commands = {
        "stockAdjust": lambda key: store.stock.adjust(
            TEA, delta=1, reason=MovementReason.FOUND, request=request_info(key)
        ),
        "stockSet": lambda key: store.stock.set(
            TEA,
            quantity=5,
            reason=MovementReason.COUNT,
            expected_on_hand=None,
            expected_version=None,
            is_forced=True,
            request=request_info(key),
        ),
        "saleRecord": lambda key: store.stock.record_sale(
            "MAIN",
            [SaleLine(sku="TEA-1", quantity=1), SaleLine(sku="CUP-1", quantity=-1)],
            channel=None,
            request=request_info(key),
        ),
        "stockAdjustMany": lambda key: store.stock.adjust_many(
            [line(TEA, 1), line(CUP, 1)], is_atomic=True, request=request_info(key)
        ),
        "stockLevelConfigure": lambda key: store.stock.configure(
            TEA, settings=SettingsChange(reorder_point=3), request=request_info(key)
        ),
        "itemUpsert": lambda key: store.shop.change_item(
            ItemChange(sku="TEA-1", name="T", category=None, reorder_point=1), request=request_info(key)
        ),
        "itemArchive": lambda key: store.shop.archive_item("TEA-1", is_archived=False, request=request_info(key)),
        "locationUpsert": lambda key: store.shop.upsert_location(
            "MAIN", name="M", kind=LocationKind.STORE, request=request_info(key)
        ),
        "locationArchive": lambda key: store.shop.archive_location(
            "MAIN", is_archived=False, request=request_info(key)
        ),
    }
    first = {kind: await run(f"key of {kind}") for kind, run in commands.items()}
    before = await store.contents()
    # when
    again = {kind: await run(f"key of {kind}") for kind, run in commands.items()}
    # then
    assert {kind: outcome.operation.info.kind for kind, outcome in first.items()} == {kind: kind for kind in commands}
    for kind in commands:
        assert again[kind] == Outcome(operation=first[kind].operation, movements=first[kind].movements, replayed=True)
    assert await store.contents() == before


@pytest.mark.complaint("V3")
async def test_a_key_stands_for_its_whole_input(store: Store) -> None:
    """Whatever differs in the input, the key is refused and named."""
    # given
    await given_level(store, on_hand=10)
    await given_level(store, CUP, on_hand=10)
    stock, shop = store.stock, store.shop
    first = request_info("k", reference="R", note="n", occurred_at=at(START))
    await stock.adjust(TEA, delta=1, reason=MovementReason.FOUND, request=first)
    others = [
        stock.adjust(CUP, delta=1, reason=MovementReason.FOUND, request=first),
        stock.adjust(TEA, delta=2, reason=MovementReason.FOUND, request=first),
        stock.adjust(TEA, delta=1, reason=MovementReason.OTHER, request=first),
        stock.adjust(
            TEA, delta=1, reason=MovementReason.FOUND, request=request_info("k", note="n", occurred_at=at(START))
        ),
        stock.adjust(
            TEA, delta=1, reason=MovementReason.FOUND, request=request_info("k", reference="R", occurred_at=at(START))
        ),
        stock.adjust(TEA, delta=1, reason=MovementReason.FOUND, request=request_info("k", reference="R", note="n")),
        stock.adjust_many([line(TEA, 1, MovementReason.FOUND)], is_atomic=True, request=first),
        stock.configure(TEA, settings=SettingsChange(reorder_point=1), request=first),
        shop.archive_item("TEA-1", is_archived=True, request=first),
    ]
    # then
    for other in others:
        assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


async def test_not_said_differs_from_every_value(store: Store) -> None:
    """An item's name may be the very word by which the code says that none was given."""
    await store.shop.change_item(
        ItemChange(sku="A", name="UNCHANGED", category=None, reorder_point=1), request=request_info()
    )
    await store.shop.change_item(
        ItemChange(sku="A", name=UNCHANGED, category=None, reorder_point=1), request=request_info("k")
    )
    other = store.shop.change_item(
        ItemChange(sku="A", name="UNCHANGED", category=None, reorder_point=1), request=request_info("k")
    )
    assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


async def test_the_keys_of_two_actors_are_independent(store: Store) -> None:
    """Each actor has its own keys: the same one stands for two operations."""
    await given_level(store, on_hand=10)
    first = await adjust(store, TEA, -1, idempotency_key="k", actor="shop")
    other = await adjust(store, TEA, -2, idempotency_key="k", actor="web")
    assert [first.replayed, other.replayed] == [False, False]
    assert first.operation.id != other.operation.id
    level = await store.level(TEA)
    assert level
    assert level.on_hand == 7


@pytest.mark.complaint("V3")
async def test_a_refused_request_leaves_its_key_free(store: Store) -> None:
    """Nothing was recorded, so the same key may be tried again, with the same input or a better one."""
    # given
    await given_level(store, on_hand=1)
    assert await refused(store, adjust(store, TEA, -2, idempotency_key="k")) == [
        InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, field=("delta",))
    ]
    # when
    outcome = await adjust(store, TEA, -1, idempotency_key="k")
    # then
    assert (outcome.replayed, outcome.movements[0].after.on_hand) == (False, 0)


async def test_a_repeat_after_archiving_is_still_answered(store: Store) -> None:
    """What happened has happened; the state of the catalog does not matter to a repeat."""
    await given_level(store, on_hand=5)
    first = await adjust(store, TEA, -1, idempotency_key="k")
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    again = await adjust(store, TEA, -1, idempotency_key="k")
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)


@pytest.mark.complaint("V3")
async def test_repeats_that_arrive_together_are_one_operation(store: Store) -> None:
    """Of ten calls with one key at once, exactly one is new, and all have its result."""
    # given
    await given_level(store, on_hand=10)
    # when
    outcomes = await asyncio.gather(*(adjust(store, TEA, -3, idempotency_key="k") for _ in range(10)))
    # then
    assert [outcome.replayed for outcome in outcomes] == [False] + 9 * [True]
    assert len({outcome.operation.id for outcome in outcomes}) == 1
    assert [outcome.movements for outcome in outcomes] == 10 * [outcomes[0].movements]
    assert [movement.after.on_hand for movement in await store.movements(TEA)] == [10, 7]


async def test_different_inputs_under_one_key_that_arrive_together(store: Store) -> None:
    """The first one holds the key; the other is refused, whether they meet in one batch or not."""
    await given_level(store, on_hand=10)
    first, other = await asyncio.gather(
        adjust(store, TEA, -3, idempotency_key="k"), outcome_or_refusal(adjust(store, TEA, -4, idempotency_key="k"))
    )
    assert first.replayed is False
    assert not isinstance(other, Outcome)
    assert other.errors == (IdempotencyKeyReused(key="k"),)
    level = await store.level(TEA)
    assert level
    assert level.on_hand == 7


async def test_commands_that_arrive_together_see_each_other_in_order(store: Store) -> None:
    """The last unit goes to the first who asked, and each refusal names what was there by then."""
    # given
    await given_level(store, on_hand=5)
    # when
    results = await asyncio.gather(*(outcome_or_refusal(adjust(store, TEA, -2)) for _ in range(4)))
    # then
    assert [isinstance(result, Outcome) for result in results] == [True, True, False, False]
    shortage = InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, field=("delta",))
    assert [result.errors for result in results[2:] if not isinstance(result, Outcome)] == 2 * [(shortage,)]
    assert [movement.after.on_hand for movement in await store.movements(TEA)] == [5, 3, 1]


async def test_a_catalog_and_its_stock_may_arrive_together(store: Store) -> None:
    """An item, a location and a first adjustment in one batch follow each other as if they came one by one."""
    # when
    await asyncio.gather(
        store.shop.change_item(
            ItemChange(sku="TEA-1", name="Tea", category=None, reorder_point=4), request=request_info()
        ),
        store.shop.upsert_location("MAIN", name="Main", kind=LocationKind.STORE, request=request_info()),
        adjust(store, TEA, +9),
        store.shop.change_item(
            ItemChange(sku="TEA-1", name="Chai", category=None, reorder_point=4), request=request_info()
        ),
        adjust(store, TEA, -1),
        store.shop.archive_item("TEA-1", is_archived=True, request=request_info()),
    )
    # then
    level = await store.level(TEA)
    assert level
    assert (level.on_hand, level.reorder_point, level.closed) == (8, 4, True)
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert (item.name, item.is_archived) == ("Chai", True)
    assert [error.code for error in await refused(store, adjust(store, TEA, +1))] == ["ARCHIVED"]


@pytest.mark.parametrize("actor", [SHOP, "other"])
async def test_operations_without_a_key_are_never_repeats(store: Store, actor: str) -> None:
    """Two equal requests without a key are two operations."""
    await given_catalog(store, TEA)
    for _ in range(2):
        await adjust(store, TEA, +1, actor=actor)
    level = await store.level(LevelKey("TEA-1", "MAIN"))
    assert level
    assert (level.on_hand, level.version) == (2, 2)


async def test_an_archive_holds_for_those_who_arrive_with_it(store: Store) -> None:
    """Behind an archive in the same batch a change is refused, behind the restoration it is not."""
    # given
    await given_level(store, on_hand=5)
    archived = {
        "item": lambda is_archived: store.shop.archive_item("TEA-1", is_archived=is_archived, request=request_info()),
        "location": lambda is_archived: store.shop.archive_location(
            "MAIN", is_archived=is_archived, request=request_info()
        ),
    }
    for kind, archive in archived.items():
        # when
        results = await asyncio.gather(
            adjust(store, TEA, +1),
            archive(True),
            outcome_or_refusal(adjust(store, TEA, +1)),
            outcome_or_refusal(
                store.stock.record_sale(
                    "MAIN", [SaleLine(sku="TEA-1", quantity=1)], channel=None, request=request_info()
                )
            ),
            archive(False),
            adjust(store, TEA, +1),
        )
        # then
        refusals = [result.errors for result in results if not isinstance(result, Outcome)]
        assert [(error.code, error.facts["kind"]) for (error,) in refusals] == [("ARCHIVED", kind)] * 2
    level = await store.level(TEA)
    assert level
    assert (level.on_hand, level.is_closed) == (9, False)
