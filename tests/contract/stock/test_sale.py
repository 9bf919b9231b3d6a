"""saleRecord: what a shop sold and took back, all or nothing, the same over every store."""

from asyncio import gather

import pytest

from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.catalog import OversellPolicy
from app.domain.errors import (
    Archived,
    ExceedsOutstanding,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    OversellUnconfirmed,
    QuantityOutOfRange,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.outcome import Outcome
from app.domain.stock.availability import LevelStatus
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.counting.cycle_counts import CountDueReason
from tests.support.alerts import check_alerts
from tests.support.counting import given_count, posted, record
from tests.support.ledger import check_ledger
from tests.support.reservations import a_line, given_reservation, reserve
from tests.support.scene import (
    CUP,
    TEA,
    adjust,
    given_catalog,
    given_level,
    given_location,
    line,
    refused,
    request_info,
)
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with, ends_with, holds
from tests.support.transfers import arrived, create, receive, ship, transfer_in


async def sell(
    store: Store,
    *lines: tuple[str, int],
    location: str = "MAIN",
    channel: str | None = None,
    confirm_oversell: bool = False,
    return_of: str | None = None,
) -> Outcome:
    """Record a sale of (sku, quantity) lines."""
    sold = [SaleLine(sku=sku, quantity=quantity) for sku, quantity in lines]
    return await store.stock.record_sale(
        location,
        sold,
        channel=channel,
        confirm_oversell=confirm_oversell,
        return_of=return_of,
        request=request_info(reference="R-1" if return_of is None else None),
    )


async def test_a_sale_takes_from_each_level_and_a_return_gives_back(store: Store) -> None:
    """Positive lines are SALE, negative ones RETURN; each movement names the channel and the receipt."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    # when
    outcome = await sell(store, ("TEA-1", 2), ("CUP-1", -1), channel="POS 1")
    # then
    tea, cup = outcome.movements
    assert [(line.after.key, line.reason, line.change.on_hand, line.after.on_hand) for line in (tea, cup)] == [
        (TEA, MovementReason.SALE, -2, 3),
        (CUP, MovementReason.RETURN, +1, 2),
    ]
    assert {(line.channel, line.reference, line.operation_id) for line in (tea, cup)} == {
        ("POS 1", "R-1", outcome.operation.id)
    }
    assert outcome.operation.levels == ((TEA, 2), (CUP, 2))
    assert [await store.level(key) for key in (TEA, CUP)] == [tea.after, cup.after]
    assert await store.stock.movements_of([outcome.operation]) == [outcome.movements]
    assert tea.recorded_at < cup.recorded_at


async def test_a_return_may_begin_a_level(store: Store) -> None:
    """What comes back is counted even where the shop never stocked it."""
    await given_catalog(store, TEA)
    outcome = await sell(store, ("TEA-1", -1))
    assert [(line.after.on_hand, line.after.version) for line in outcome.movements] == [(1, 1)]


async def test_one_shortage_refuses_the_whole_sale_and_all_shortages_are_told(store: Store) -> None:
    """The lines that could be served are not; the caller learns of every line that could not."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    mug = LevelKey("MUG-1", "MAIN")
    await given_catalog(store, mug)
    request = sell(store, ("CUP-1", 2), ("TEA-1", 5), ("MUG-1", 1))
    assert await refused(store, request) == [
        InsufficientStock(sku="CUP-1", location="MAIN", requested=2, available=1, field=("lines", "0", "quantity")),
        InsufficientStock(sku="MUG-1", location="MAIN", requested=1, available=0, field=("lines", "2", "quantity")),
    ]


async def test_unknown_archived_and_short_lines_are_told_together(store: Store) -> None:
    """Each line says its own reason, at its own place."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    request = sell(store, ("NONE", 1), ("TEA-1", 1), ("CUP-1", 9))
    assert await refused(store, request) == [
        UnknownItem(sku="NONE", field=("lines", "0", "sku")),
        Archived(kind="item", name="TEA-1", field=("lines", "1", "sku")),
        InsufficientStock(sku="CUP-1", location="MAIN", requested=9, available=1, field=("lines", "2", "quantity")),
    ]


async def test_an_unknown_location_is_told_once(store: Store) -> None:
    """The location belongs to the sale, not to its lines."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1), location="NONE")) == [
        UnknownLocation(location="NONE", field=("location",))
    ]


async def test_an_archived_location_is_told_once(store: Store) -> None:
    """A closed shop sells nothing."""
    await given_level(store, TEA, on_hand=5)
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1))) == [
        Archived(kind="location", name="MAIN", field=("location",))
    ]


async def test_a_return_beyond_the_largest_quantity_is_refused(store: Store) -> None:
    """A level holds no more than 2,147,483,647 units, wherever they come from."""
    await given_level(store, TEA, on_hand=MAX_QUANTITY)
    assert await refused(store, sell(store, ("TEA-1", -1))) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [TooManyLines(count=0, maximum=1_000)]),
        ((("TEA-1", 0),), [QuantityOutOfRange(quantity=0, field=("lines", "0", "quantity"))]),
        (
            (("TEA-1", 1), ("CUP-1", 2**31)),
            [QuantityOutOfRange(quantity=2**31, field=("lines", "1", "quantity"))],
        ),
        (
            (("TEA-1 ", 1),),
            [
                InvalidValue(
                    what="A SKU",
                    rule=ends_with(SPACE, 6),
                    field=("lines", "0", "sku"),
                )
            ],
        ),
    ],
)
async def test_a_bad_line_refuses_the_sale(
    store: Store, lines: tuple[tuple[str, int], ...], faults: list[InventoryError]
) -> None:
    """Each fault names its line."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    assert await refused(store, sell(store, *lines)) == faults


async def test_a_sale_of_1001_lines_is_refused(store: Store) -> None:
    """One transaction carries 1,000 lines at most."""
    await given_catalog(store, TEA)
    [fault] = await refused(store, sell(store, *((f"S-{number}", 1) for number in range(1_001))))
    assert fault == TooManyLines(count=1_001, maximum=1_000)


@pytest.mark.parametrize(
    ("channel", "rule"),
    [
        *((text, "must be 1 to 64 printable characters without a blank at either end") for text in ("", "c" * 65)),
        (" POS", begins_with(SPACE)),
        ("PO\0S", holds("NULL (U+0000)", 3)),
    ],
)
async def test_a_bad_channel_refuses_the_sale(store: Store, channel: str, rule: str) -> None:
    """A channel has 1 to 64 printable characters."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, sell(store, ("TEA-1", 1), channel=channel)) == [
        InvalidValue(
            what="A channel",
            rule=rule,
            field=("channel",),
        )
    ]


async def test_a_bad_location_code_refuses_the_sale(store: Store) -> None:
    """The code is checked once, for the whole sale."""
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1), location="MA/IN")) == [
        InvalidValue(
            what="A location code",
            rule="must be 1 to 32 letters, digits, dots, dashes or underscores",
            field=("location",),
        )
    ]


@pytest.mark.complaint("F3")
async def test_an_item_may_stand_on_several_lines_as_tills_print_them(store: Store) -> None:
    """Each line has its movement; what came back counts before what was sold."""
    await given_level(store, TEA, on_hand=2)
    await given_level(store, CUP, on_hand=5)
    outcome = await sell(store, ("TEA-1", 2), ("CUP-1", 1), ("TEA-1", 1), ("CUP-1", 1), ("TEA-1", -1))
    assert [(line.after.key.sku, line.change.on_hand, line.after.on_hand) for line in outcome.movements] == [
        ("TEA-1", +1, 3),
        ("CUP-1", -1, 4),
        ("TEA-1", -2, 1),
        ("CUP-1", -1, 3),
        ("TEA-1", -1, 0),
    ]
    assert await store.stock.movements_of([outcome.operation]) == [outcome.movements]
    check_alerts(await check_ledger(store))


async def test_the_lines_of_an_item_together_take_no_more_than_there_is(store: Store) -> None:
    """The line that goes too far is told, with what the others take."""
    await given_level(store, TEA, on_hand=3)
    refusal = InsufficientStock(
        sku="TEA-1", location="MAIN", requested=2, available=1, taken=2, field=("lines", "1", "quantity")
    )
    assert await refused(store, sell(store, ("TEA-1", 2), ("TEA-1", 2), ("TEA-1", 1))) == [refusal]
    assert refusal.message == "2 requested, 1 available of TEA-1 at MAIN (2 are taken by other lines)."


async def given_till(store: Store, policy: OversellPolicy) -> None:
    """Let the tills of MAIN sell what the record has none of, or not, and put two teas and five cups there."""
    await given_level(store, TEA, on_hand=2)
    await given_level(store, CUP, on_hand=5)
    await store.shop.upsert_location("MAIN", oversell_policy=policy, request=request_info())


@pytest.mark.complaint("F2")
async def test_a_till_may_sell_what_the_record_has_none_of(store: Store) -> None:
    """Where its location says so: on hand goes below zero, an alert is open, and a count is due before all others."""
    # given
    await given_till(store, OversellPolicy.ALLOW)
    # when
    await sell(store, ("TEA-1", 3), ("CUP-1", 1), ("TEA-1", 1))
    # then
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.available, tea.shortfall, tea.oversold, tea.status) == (-2, -2, 0, 2, LevelStatus.OUT)
    assert [alert.type for alert in tea.alerts] == [AlertType.OUT, AlertType.OVERSOLD]
    due = await store.cycles.due("MAIN", first=9, every_days={})
    assert [(each.level.key, each.reason) for each in due] == [
        (TEA, CountDueReason.OVERSOLD),
        (CUP, CountDueReason.INTERVAL),
    ]
    check_alerts(await check_ledger(store))
    # then
    for request in (
        adjust(store, TEA, -1),
        adjust(store, TEA, -1, reason=MovementReason.LOST),
        reserve(store, a_line(TEA, 1)),
        store.stock.reclassify(TEA, quantity=1, source=None, target=UnavailableReason.DAMAGED, request=request_info()),
    ):
        [refusal] = await refused(store, request)
        assert isinstance(refusal, InsufficientStock), refusal
        assert refusal.message == (
            f"1 requested, 0 available of TEA-1 at MAIN ({refusal.oversold} are sold beyond the record, so count what "
            "is there)."
        )
    # when
    count = await given_count(store)
    await record(store, count, TEA_1=1)
    await posted(store, count)
    # then
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.oversold, [alert.type for alert in tea.alerts]) == (1, 0, [])
    check_alerts(await check_ledger(store))


@pytest.mark.complaint("F2")
async def test_a_till_that_sells_what_is_reserved_leaves_the_order_short(store: Store) -> None:
    """The customer has left with the unit from the shelf: the order on the web is named."""
    await given_till(store, OversellPolicy.ALLOW)
    order = await given_reservation(store, a_line(TEA, 2))
    await sell(store, ("TEA-1", 1), ("CUP-1", 1))
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.reserved, tea.shortfall, tea.oversold) == (1, 2, 1, 0)
    assert await store.reservations.short_of([order]) == {order.id: {TEA: 1}}
    await sell(store, ("TEA-1", 2))
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.shortfall, tea.oversold) == (-1, 2, 1)
    check_alerts(await check_ledger(store))


@pytest.mark.complaint("F2")
async def test_a_location_may_ask_before_its_tills_oversell(store: Store) -> None:
    """Told what the record has and how to confirm; a location that refuses takes no confirmation."""
    await given_till(store, OversellPolicy.ASK)
    asked = OversellUnconfirmed(
        sku="TEA-1", location="MAIN", requested=3, available=2, field=("lines", "0", "quantity")
    )
    assert await refused(store, sell(store, ("TEA-1", 3), ("CUP-1", 1))) == [asked]
    outcome = await sell(store, ("TEA-1", 3), ("CUP-1", 1), confirm_oversell=True)
    assert [line.after.on_hand for line in outcome.movements] == [-1, 4]
    await store.shop.upsert_location("MAIN", oversell_policy=OversellPolicy.REFUSE, request=request_info())
    [refusal] = await refused(store, sell(store, ("TEA-1", 1), confirm_oversell=True))
    assert isinstance(refusal, InsufficientStock)


@pytest.mark.complaint("F2")
@pytest.mark.parametrize("is_bulk", [False, True])
async def test_units_sold_by_an_adjustment_follow_the_till(store: Store, is_bulk: bool) -> None:
    """One by one or in bulk, as a sale does; other reasons take no more than there is."""

    async def sold(units: int, reason: MovementReason = MovementReason.SALE, *, confirmed: bool = False) -> Outcome:
        if is_bulk:
            lines = [line(TEA, -units, reason)]
            return await store.stock.adjust_many(
                lines, is_atomic=True, confirm_oversell=confirmed, request=request_info()
            )
        return await store.stock.adjust(
            TEA, delta=-units, reason=reason, confirm_oversell=confirmed, request=request_info()
        )

    await given_till(store, OversellPolicy.ASK)
    [refusal] = await refused(store, sold(3))
    assert isinstance(refusal, OversellUnconfirmed)
    assert (refusal.requested, refusal.available, refusal.field[-1]) == (3, 2, "delta")
    outcome = await sold(3, confirmed=True)
    assert [each.after.oversold for each in outcome.movements] == [1]
    await store.shop.upsert_location("MAIN", oversell_policy=OversellPolicy.ALLOW, request=request_info())
    outcome = await sold(4)
    assert [each.after.oversold for each in outcome.movements] == [5]
    for reason in (MovementReason.CORRECTION, MovementReason.LOST):
        [refusal] = await refused(store, sold(1, reason))
        assert isinstance(refusal, InsufficientStock)
    await store.shop.upsert_location("MAIN", oversell_policy=OversellPolicy.REFUSE, request=request_info())
    [refusal] = await refused(store, sold(1, confirmed=True))
    assert isinstance(refusal, InsufficientStock)
    check_alerts(await check_ledger(store))


@pytest.mark.complaint("F2")
@pytest.mark.parametrize("damaged", [0, 2])
async def test_what_comes_to_a_record_below_zero_is_taken_in(store: Store, damaged: int) -> None:
    """A receipt, damaged or not, and a shipment that never left: each has happened."""
    await given_level(store, LevelKey("TEA-1", "EAST"), on_hand=9)
    await given_till(store, OversellPolicy.ALLOW)
    order = await given_reservation(store, a_line(TEA, 2))
    shipped = await store.reservations.fulfill(order.id, request=request_info())
    await sell(store, ("TEA-1", 5))
    transfer = transfer_in(await create(store, ("TEA-1", 3), source="EAST", destination="MAIN"))
    await ship(store, transfer.id)
    await receive(store, transfer.id, arrived("TEA-1", 3, damaged=damaged))
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.unavailable, tea.available) == (-2, damaged, -2 - damaged)
    if damaged:  # nobody is told of less than none, nor that those may leave before a count
        units = {"reason": UnavailableReason.DAMAGED, "request": request_info()}
        [refusal] = await refused(store, store.stock.write_off(TEA, quantity=1, **units))
        assert isinstance(refusal, InsufficientStock)
        assert (refusal.available, refusal.oversold, refusal.reason) == (0, 2, "DAMAGED")
    await store.reservations.reverse_fulfillment(order.id, shipped.operation.id, request=request_info())
    tea = await store.level(TEA)
    assert tea is not None
    assert (tea.on_hand, tea.reserved, tea.available) == (0, 2, -2 - damaged)
    assert await store.reservations.short_of([order]) == {order.id: {TEA: 2}}
    check_alerts(await check_ledger(store))


async def test_a_till_sells_below_zero_only_down_to_a_limit(store: Store) -> None:
    """A slip of the keyboard is not recorded, however much the location allows."""
    await given_till(store, OversellPolicy.ALLOW)
    refusal = InvalidValue(
        what="The stock of TEA-1 at MAIN",
        rule="may be at most 100000 below zero: look at the quantity, or count what is there",
        field=("lines", "0", "quantity"),
    )
    assert await refused(store, sell(store, ("TEA-1", 100_003))) == [refusal]
    outcome = await sell(store, ("TEA-1", 100_002))
    assert [line.after.on_hand for line in outcome.movements] == [-100_000]


async def test_a_till_may_oversell_what_was_never_stocked(store: Store) -> None:
    """A level begins below zero."""
    await given_till(store, OversellPolicy.ALLOW)
    mug = LevelKey("MUG-1", "MAIN")
    await given_catalog(store, mug)
    outcome = await sell(store, ("MUG-1", 2))
    assert [(line.after.on_hand, line.after.version) for line in outcome.movements] == [(-2, 1)]
    assert await store.level(mug) == outcome.movements[0].after
    check_alerts(await check_ledger(store))


@pytest.mark.complaint("F4")
async def test_no_more_comes_back_than_was_sold(store: Store) -> None:
    """Where a return names its sale by the reference: at any location, line by line, and once however often."""
    # given
    for key in (TEA, CUP):
        await given_level(store, key, on_hand=9)
    await given_location(store, "NORTH")
    await sell(store, ("TEA-1", 2), ("TEA-1", 1), ("CUP-1", 1))
    # then
    await sell(store, ("TEA-1", -1), ("CUP-1", 2), return_of="R-1")
    await sell(store, ("TEA-1", -1), location="NORTH", return_of="R-1")
    too_many = ExceedsOutstanding(
        sku="TEA-1", requested=1, outstanding=0, step="RETURNED", field=("lines", "1", "quantity")
    )
    never = ExceedsOutstanding(
        sku="MUG-1", requested=1, outstanding=0, step="RETURNED", field=("lines", "2", "quantity")
    )
    await given_catalog(store, LevelKey("MUG-1", "MAIN"))
    request = sell(store, ("TEA-1", -1), ("TEA-1", -1), ("MUG-1", -1), return_of="R-1")
    assert await refused(store, request) == [too_many, never]
    await sell(store, ("TEA-1", -1), return_of="R-1")
    for reference in ("R-1", "R-2"):
        [refusal] = await refused(store, sell(store, ("TEA-1", -1), return_of=reference))
        assert isinstance(refusal, ExceedsOutstanding)
    [fault] = await refused(store, sell(store, ("TEA-1", 1), return_of="R-1"))
    assert (type(fault), fault.field) == (InvalidValue, ("lines",))
    check_alerts(await check_ledger(store))


@pytest.mark.complaint("F4")
async def test_of_two_returns_at_once_one_is_too_much(store: Store) -> None:
    """They exclude each other."""
    await given_level(store, TEA, on_hand=9)
    await sell(store, ("TEA-1", 1))
    results = await gather(*(sell(store, ("TEA-1", -1), return_of="R-1") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, Outcome) for result in results) == 1
    tea = await store.level(TEA)
    assert tea is not None
    assert tea.on_hand == 9
