"""transferCreate: a draft of what one location is to send to another, the same over every store."""

import pytest

from app.domain.errors import (
    Archived,
    DuplicateLine,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer, TransferLine, TransferState
from tests.support.scene import TEA, given_catalog, given_location, refused, request_info
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with, ends_with
from tests.support.transfers import check_transfers, create, given_ends, transfer_in, units

CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"
KEY_RULE = "must be 1 to 255 printable characters without a blank at either end"


async def test_a_draft_says_what_is_to_be_sent_and_moves_nothing(store: Store) -> None:
    """It has the id of its operation and the first version; more may be asked for than there is."""
    # given
    await given_ends(store, tea=10, cups=4)
    levels = (await store.contents()).levels
    # when
    outcome = await create(store, ("TEA-1", 11), ("CUP-1", 1), reference="TO-9")
    # then
    draft = transfer_in(outcome)
    assert draft == Transfer(
        id=outcome.operation.id,
        version=1,
        created_at=outcome.operation.recorded_at,
        changed_at=draft.changed_at,
        state=TransferState.DRAFT,
        source="MAIN",
        destination="NORTH",
        reference="TO-9",
        lines=(TransferLine(sku="TEA-1", quantity=11), TransferLine(sku="CUP-1", quantity=1)),
    )
    assert draft.changed_at > draft.created_at
    assert outcome.movements == outcome.operation.levels == ()
    assert await store.documents.documents(Transfer, [draft.id]) == {draft.id: draft}
    contents = await check_transfers(store)
    assert contents.levels == levels
    assert draft in contents.documents


async def test_items_that_neither_end_ever_had_may_be_asked_for(store: Store) -> None:
    """They may come before the transfer leaves; it needs an item and two locations, and no level."""
    await given_catalog(store, TEA)
    await given_location(store, "NORTH")
    assert transfer_in(await create(store, ("TEA-1", MAX_QUANTITY))).lines[0].quantity == MAX_QUANTITY
    assert (await check_transfers(store)).levels == ()


async def test_a_repeated_draft_is_one_draft(store: Store) -> None:
    """The same key and input return the first result; another input under the key is refused."""
    # given
    await given_ends(store)
    first = await create(store, ("TEA-1", 2), key="k")
    before = await store.contents()
    # when
    again = await create(store, ("TEA-1", 2), key="k")
    # then
    assert (again.replayed, again.operation) == (True, first.operation)
    assert await store.contents() == before
    for other in (
        create(store, ("TEA-1", 3), key="k"),
        create(store, ("CUP-1", 2), key="k"),
        create(store, ("TEA-1", 2), source="NORTH", destination="MAIN", key="k"),
        create(store, ("TEA-1", 2), reference="TO-2", key="k"),
    ):
        assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


async def test_everything_unknown_or_archived_is_told_at_once(store: Store) -> None:
    """Each item with its line, and the destination beside them."""
    # given
    await given_ends(store)
    await given_catalog(store, LevelKey("OLD-1", "MAIN"))
    await store.shop.archive_item("OLD-1", is_archived=True, request=request_info())
    # when
    request = create(store, ("NONE", 1), ("TEA-1", 1), ("OLD-1", 1), destination="SOUTH")
    # then
    assert await refused(store, request) == [
        UnknownLocation(location="SOUTH", field=("destination",)),
        UnknownItem(sku="NONE", field=("lines", "0", "sku")),
        Archived(kind="item", name="OLD-1", field=("lines", "2", "sku")),
    ]


async def test_an_archived_item_that_has_stock_is_refused(store: Store) -> None:
    """Whether it was ever stocked at the source makes no difference."""
    await given_ends(store)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    assert await refused(store, create(store, ("TEA-1", 1))) == [
        Archived(kind="item", name="TEA-1", field=("lines", "0", "sku"))
    ]


@pytest.mark.parametrize(
    ("source", "destination", "name"), [("SOUTH", "MAIN", "source"), ("MAIN", "SOUTH", "destination")]
)
async def test_a_location_that_is_unknown_or_archived_is_refused(
    store: Store, source: str, destination: str, name: str
) -> None:
    """Said once, at the end of the transfer that it is."""
    await given_ends(store)
    lines = (("TEA-1", 1), ("CUP-1", 1))
    request = create(store, *lines, source=source, destination=destination)
    assert await refused(store, request) == [UnknownLocation(location="SOUTH", field=(name,))]
    await given_location(store, "SOUTH")
    await store.shop.archive_location("SOUTH", is_archived=True, request=request_info())
    request = create(store, *lines, source=source, destination=destination)
    assert await refused(store, request) == [Archived(kind="location", name="SOUTH", field=(name,))]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [TooManyLines(count=0, maximum=1_000)]),
        ((("TEA-1", 0),), [QuantityOutOfRange(quantity=0, minimum=1, field=("lines", "0", "quantity"))]),
        (
            (("TEA-1", 1), ("CUP-1", -1)),
            [QuantityOutOfRange(quantity=-1, minimum=1, field=("lines", "1", "quantity"))],
        ),
        ((("TEA-1", 2**31),), [QuantityOutOfRange(quantity=2**31, minimum=1, field=("lines", "0", "quantity"))]),
        (
            (("TEA-1", 1), ("CUP-1", 1), ("TEA-1", 2)),
            [DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "2"))],
        ),
        (
            (("TEA\n", 1),),
            [InvalidValue(what="A SKU", rule=ends_with("LINE FEED (U+000A)", 4), field=("lines", "0", "sku"))],
        ),
    ],
)
async def test_a_bad_line_refuses_the_draft(
    store: Store, lines: tuple[tuple[str, int], ...], faults: list[InventoryError]
) -> None:
    """Each fault names its line."""
    await given_ends(store)
    assert await refused(store, create(store, *lines)) == faults


async def test_a_draft_of_1001_lines_is_refused(store: Store) -> None:
    """One transaction carries 1,000 lines at most."""
    await given_ends(store)
    [fault] = await refused(store, create(store, *((f"S-{number}", 1) for number in range(1_001))))
    assert fault == TooManyLines(count=1_001, maximum=1_000)


async def test_a_transfer_to_its_own_source_is_refused(store: Store) -> None:
    """Nothing would move."""
    await given_ends(store)
    assert await refused(store, create(store, ("TEA-1", 1), destination="MAIN")) == [
        InvalidValue(what="The destination", rule="must be another location than the source", field=("destination",))
    ]


async def test_bad_texts_are_told_at_once(store: Store) -> None:
    """Codes, key and reference, each with its path."""
    await given_ends(store)
    request = store.transfers.create("MA/IN", "", units(("TEA-1", 1)), request=request_info(" k", reference="r" * 256))
    assert await refused(store, request) == [
        InvalidValue(what="A location code", rule=CODE_RULE, field=("source",)),
        InvalidValue(what="A location code", rule=CODE_RULE, field=("destination",)),
        InvalidValue(what="An idempotency key", rule=begins_with(SPACE), field=("idempotencyKey",)),
        InvalidValue(what="A reference", rule=KEY_RULE, field=("reference",)),
    ]
