"""Archiving asks: what is open is named, or winds down; and nothing of what is archived is available anywhere."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from app.domain.access.scope import ALL_SCOPES
from app.domain.catalog.commands.archive import ArchiveItem, ArchiveLocation
from app.domain.catalog.open_work import OpenKind, OpenWork
from app.domain.errors import Archived, ExceedsOutstanding, InsufficientStock, StillOpen
from app.domain.insight.ranking import InsightOrder
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.replenishment.commands.apply_policies import MarkPoliciesApplied
from app.domain.stock.availability import LevelStatus
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.services.catalog.catalog import Catalog
from app.services.catalog.lookalikes import Lookalikes
from app.services.catalog.open_work import OpenWorkFinder
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter, LevelOrder
from app.services.insight.filters import InsightFilter
from app.services.purchasing.open_orders import OpenOrders
from app.services.webhooks.message_data import level_data
from tests.support import counting, purchases, transfers
from tests.support.policies import application
from tests.support.replenishment import given_policy, min_max
from tests.support.reservations import a_line, anywhere, assign, given_backorder_limit, given_reservation, reserve
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, given_location, refused, request_info
from tests.support.store import Store


async def given_busy_shop(store: Store) -> dict[str, str]:
    """Stock TEA-1 at MAIN and let each kind of thing be open there; return the ids of what has no reference."""
    await given_level(store, TEA, on_hand=9)
    await given_location(store, "NORTH")
    held = await given_reservation(store, a_line(TEA, 2), said=request_info(reference="web-1"))
    assert held.reference == "web-1"
    await purchases.given_supplier(store)
    await purchases.given_offer(store)
    order = await purchases.create(store, ("TEA-1", 5), reference="PO-1")
    await purchases.submit(store, purchases.order_in(order).id)
    sent = await transfers.create(store, ("TEA-1", 3), reference="VAN-1")
    await transfers.ship(store, transfers.transfer_in(sent).id)
    await transfers.create(store, ("TEA-1", 1), reference="VAN-2")
    count = await counting.given_count(store, skus=("TEA-1",))
    await counting.record(store, count, TEA_1=6)
    return {"count": count.id}


@pytest.mark.complaint("L6")
async def test_an_item_with_open_work_is_not_archived_without_a_word(store: Store) -> None:
    """What is open of it is named, and how many; nothing has changed."""
    ids = await given_busy_shop(store)
    work = (
        OpenWork(kind=OpenKind.UNITS, count=6, examples=("MAIN",)),
        OpenWork(kind=OpenKind.RESERVATION, count=1, examples=("web-1",)),
        OpenWork(kind=OpenKind.TRANSFER, count=2, examples=("VAN-2", "VAN-1")),
        OpenWork(kind=OpenKind.PURCHASE_ORDER, count=1, examples=("PO-1",)),
        OpenWork(kind=OpenKind.COUNT, count=1, examples=(ids["count"],)),
    )
    [error] = await refused(
        store, store.shop.archive_item("TEA-1", is_archived=True, winds_down=False, request=request_info())
    )
    assert isinstance(error, StillOpen)
    assert (error.kind, error.name, error.field) == ("item", "TEA-1", ("sku",))
    assert error.open == tuple(each.plain() for each in work)
    assert error.message.startswith(
        "The item 'TEA-1' still has 6 units on hand (MAIN), 1 open order (web-1), 2 open transfers (VAN-2, VAN-1), "
        "1 open purchase order (PO-1), 1 open count"
    )


@pytest.mark.complaint("L6")
async def test_a_location_with_open_work_is_not_archived_without_a_word(store: Store) -> None:
    """At either end of a transfer, and where other levels are resupplied from it."""
    ids = await given_busy_shop(store)
    await given_policy(store, TEA_NORTH, on_hand=0, policy=replace(min_max(10), resupply_from="MAIN"), reorder_point=5)
    found = {each.kind: each for each in await store.shop.open_work_of_location("MAIN", scopes=ALL_SCOPES)}
    assert found == {
        OpenKind.UNITS: OpenWork(kind=OpenKind.UNITS, count=6),
        OpenKind.RESERVATION: OpenWork(kind=OpenKind.RESERVATION, count=1, examples=("web-1",)),
        OpenKind.TRANSFER: OpenWork(kind=OpenKind.TRANSFER, count=2, examples=("VAN-2", "VAN-1")),
        OpenKind.PURCHASE_ORDER: OpenWork(kind=OpenKind.PURCHASE_ORDER, count=1, examples=("PO-1",)),
        OpenKind.COUNT: OpenWork(kind=OpenKind.COUNT, count=1, examples=(ids["count"],)),
        OpenKind.RESUPPLY: OpenWork(kind=OpenKind.RESUPPLY, count=1, examples=("TEA-1 at NORTH",)),
    }
    north = await store.shop.open_work_of_location("NORTH", scopes=ALL_SCOPES)
    assert [each.kind for each in north] == [OpenKind.TRANSFER]
    for code in ("MAIN", "NORTH"):
        request = store.shop.archive_location(code, is_archived=True, winds_down=False, request=request_info())
        assert [type(error) for error in await refused(store, request)] == [StillOpen]


async def test_a_supplier_with_open_orders_is_not_archived_without_a_word(store: Store) -> None:
    """Drafts count; with winding down they are received or cancelled all the same."""
    await purchases.given_shop(store)
    draft = await purchases.given_draft(store, ("TEA-1", 5))
    request = store.suppliers.archive("ACME", is_archived=True, winds_down=False, request=request_info())
    [error] = await refused(store, request)
    assert isinstance(error, StillOpen)
    assert error.open == ({"kind": "PURCHASE_ORDER", "count": 1, "examples": ["PO-1"]},)
    await purchases.submit(store, draft.id)
    await store.suppliers.archive("ACME", is_archived=True, request=request_info())
    await purchases.receive(store, draft.id)
    await store.suppliers.archive("ACME", is_archived=False, request=request_info())
    await store.suppliers.archive("ACME", is_archived=True, winds_down=False, request=request_info())


async def test_an_open_count_is_named_before_it_comes_to_the_item(store: Store) -> None:
    """Whoever counts there is to count it, too; counts of other items, and elsewhere, are in nobody's way."""
    for key in (TEA, CUP, TEA_NORTH):
        await given_level(store, key, on_hand=1)
        await adjust(store, key, -1)
    await counting.given_count(store, skus=("CUP-1",))
    assert await store.shop.open_work_of_item("TEA-1", scopes=ALL_SCOPES) == []
    await counting.given_count(store)
    await counting.given_count(store, "NORTH", skus=("TEA-1",))
    work = {sku: await store.shop.open_work_of_item(sku, scopes=ALL_SCOPES) for sku in ("TEA-1", "CUP-1")}
    assert {sku: [(each.kind, each.count) for each in found] for sku, found in work.items()} == {
        "TEA-1": [(OpenKind.COUNT, 2)],
        "CUP-1": [(OpenKind.COUNT, 2)],
    }


class Between(OpenWorkFinder):
    """Lets something begin right after the look."""

    begin: Callable[[], Awaitable[None]]

    async def of_item(self, sku: str) -> Sequence[OpenWork]:
        found = await super().of_item(sku)
        await self.begin()
        return found

    async def of_location(self, code: str) -> Sequence[OpenWork]:
        found = await super().of_location(code)
        await self.begin()
        return found


async def an_order(store: Store) -> AsyncGenerator[None, None]:
    """Promise units that come with a purchase order, and deliver them."""
    await given_backorder_limit(store, TEA, 9)
    order = await purchases.given_submitted(store, ("TEA-1", 2))
    waiting = await given_reservation(store, a_line(TEA, 2))
    yield
    await purchases.receive(store, order.id)
    await assign(store, TEA, [waiting.id])
    await store.reservations.fulfill(waiting.id, request=request_info())


async def a_transfer(store: Store) -> AsyncGenerator[None, None]:
    """Send units, and take them in."""
    await adjust(store, TEA_NORTH, 2)
    sent = transfers.transfer_in(await transfers.create(store, ("TEA-1", 2), source="NORTH", destination="MAIN"))
    await transfers.ship(store, sent.id)
    yield
    await transfers.receive(store, sent.id)
    await adjust(store, TEA, -2, reason=MovementReason.LOST)


async def a_count(store: Store) -> AsyncGenerator[None, None]:
    """Open a count while units come, and post what is there."""
    await adjust(store, TEA, 3)
    count = await counting.given_count(store, skus=("TEA-1",))
    yield
    await counting.record(store, count, TEA_1=0)
    await counting.post(store, count)


@pytest.mark.parametrize("work", [an_order, a_transfer, a_count])
@pytest.mark.parametrize("what", ["item", "location"])
async def test_what_begins_between_the_look_and_the_archiving_is_named_and_finished(
    store: Store, what: str, work: Callable[[Store], AsyncGenerator[None, None]]
) -> None:
    """The look is not in the transaction: it strands nobody, and whoever archived is told of it with the answer."""
    await purchases.given_shop(store)
    await given_location(store, "NORTH")
    looking = Between(
        levels=store.levels,
        sums=store.sums,
        catalog=store.catalog,
        documents=store.documents,
        orders=OpenOrders(documents=store.documents),
        clock=store.clock,
    )
    steps = work(store)
    looking.begin = steps.__anext__
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy)
    shop = Catalog(
        bus=bus,
        catalog=store.catalog,
        open_work=looking,
        walk=store.policy_walk,
        lookalikes=Lookalikes(store.catalog),
        lease_seconds=0,
    )
    look = store.shop.open_work_of_item if what == "item" else store.shop.open_work_of_location
    name = "TEA-1" if what == "item" else "MAIN"
    if what == "item":
        await shop.archive_item(name, is_archived=True, winds_down=False, request=request_info())
    else:
        await shop.archive_location(name, is_archived=True, winds_down=False, request=request_info())
    assert await look(name, scopes=ALL_SCOPES) != []
    assert await anext(steps, None) is None
    assert await look(name, scopes=ALL_SCOPES) == []
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.reserved, level.incoming, level.is_closed) == (0, 0, 0, True)


async def test_what_is_empty_is_archived_at_once(store: Store) -> None:
    """Orders, transfers and counts of before that have ended are in nobody's way."""
    await given_level(store, TEA, on_hand=2)
    await given_location(store, "NORTH")
    order = await given_reservation(store, a_line(TEA, 2))
    await store.reservations.fulfill(order.id, request=request_info())
    for code in ("MAIN", "NORTH"):
        await store.shop.archive_location(code, is_archived=True, winds_down=False, request=request_info())
    await store.shop.archive_item("TEA-1", is_archived=True, winds_down=False, request=request_info())
    await store.shop.archive_item("TEA-1", is_archived=True, winds_down=False, request=request_info())  # it is already


@pytest.mark.parametrize("what", ["item", "location"])
async def test_nothing_of_what_is_archived_is_available(store: Store, what: str) -> None:
    """Not in the level, in lists, in the summary, to orders, or to who is told; what is there is still counted."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=4)
    await given_level(store, TEA_NORTH, on_hand=3)

    async def archive(*, is_archived: bool) -> str:
        if what == "item":
            return (
                await store.shop.archive_item("TEA-1", is_archived=is_archived, request=request_info())
            ).operation.id
        return (await store.shop.archive_location("MAIN", is_archived=is_archived, request=request_info())).operation.id

    archiving = await archive(is_archived=True)
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.available, level.status) == (5, 0, LevelStatus.OUT)
    told = (await store.movements(TEA))[-1]  # it goes to watchers, webhooks and feeds
    assert (told.after, told.change, told.operation_id != archiving) == (level, LevelChange(closed=True), True)
    sent = level_data(told)["level"]
    assert (sent["onHand"], sent["available"], sent["status"]) == (5, 0, "OUT")
    insight = InsightFilter(levels=LevelFilter(skus=("TEA-1",), locations=("MAIN",)))
    [row] = (await store.insights.page(insight, order=InsightOrder.SKU, days=30, first=1, after=None)).nodes
    assert (row.level.available, row.insight.is_closed) == (0, True)
    there = {CUP: 4} if what == "item" else {TEA_NORTH: 3}
    closed = {TEA, CUP, TEA_NORTH} - there.keys()
    for status, keys in ((LevelStatus.IN_STOCK, there.keys()), (LevelStatus.OUT, closed)):
        where = LevelFilter(statuses=(status,))
        page = await store.stock.levels(where, order=LevelOrder.SKU, first=10, after=None)
        assert {each.key: each.available for each in page.nodes} == {key: there.get(key, 0) for key in keys}
        assert await store.stock.count_levels(where) == len(keys)
        assert (await store.sums.summary(where, as_of=store.clock())).totals.levels == len(keys)
    totals = (await store.sums.summary(LevelFilter(), as_of=store.clock())).totals
    assert (totals.on_hand, totals.available) == (12, sum(there.values()))
    assert (totals.in_stock_levels, totals.out_levels) == (1, 2)
    [error] = await refused(store, reserve(store, a_line(TEA, 1)))
    assert isinstance(error, Archived)
    if what == "location":
        assert [type(error) for error in await refused(store, reserve(store, anywhere("TEA-1", 4)))] == [
            InsufficientStock
        ]
    # and back
    await archive(is_archived=False)
    level = await store.level(TEA)
    assert level is not None
    assert (level.available, level.status) == (5, LevelStatus.IN_STOCK)
    assert (await store.movements(TEA))[-1].after == level
    assert (await store.sums.summary(LevelFilter(), as_of=store.clock())).totals.available == 12


async def test_levels_that_were_archived_before_follow_by_themselves(store: Store) -> None:
    """An earlier version did not note it in them, and a process may die before it has; it is noted once."""
    for key in (TEA, CUP, TEA_NORTH):
        await given_level(store, key, on_hand=5)
    info = CommandInfo(operation_id="of-before", kind="locationArchive", actor="shop")
    await store.run(ArchiveLocation(info=info, code="NORTH", is_archived=True))
    await store.run(ArchiveItem(info=structs.replace(info, operation_id="too"), sku="TEA-1", is_archived=True))
    marks = tuple((each.id, each.version) for each in await store.policy_queue.pending(limit=9))
    await store.run(MarkPoliciesApplied(info=structs.replace(info, operation_id="marked"), applied=marks))
    policies = application(store)
    for _ in range(2):
        await policies.sweep()
        levels = await store.levels.levels_at([TEA, CUP, TEA_NORTH])
        assert {key: (level.closed, level.version) for key, level in levels.items()} == {
            TEA: (True, 2),
            CUP: (False, 1),
            TEA_NORTH: (True, 2),
        }
    assert await store.policy_queue.are_archived_closed()


@pytest.mark.parametrize("what", ["item", "location"])
async def test_what_was_sold_before_comes_back_to_what_is_archived(store: Store, what: str) -> None:
    """Where the return names its sale, and no more than was sold; the units are there, and not for sale."""
    await given_level(store, TEA, on_hand=5)

    async def sell(*quantities: int, of: str | None = None, reference: str | None = None) -> Outcome:
        lines = [SaleLine(sku="TEA-1", quantity=quantity) for quantity in quantities]
        said = request_info(reference=reference)
        return await store.stock.record_sale("MAIN", lines, channel="till", return_of=of, request=said)

    await sell(2, reference="BON-1")
    if what == "item":
        await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    else:
        await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    for refusal in (sell(-1), sell(1), sell(-1, 1, of="BON-1")):
        assert {type(error) for error in await refused(store, refusal)} == {Archived}
    assert [type(error) for error in await refused(store, sell(-3, of="BON-1"))] == [ExceedsOutstanding]
    await sell(-2, of="BON-1")
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.available) == (5, 0)


async def test_a_loss_is_recorded_of_what_is_archived_and_a_sale_is_not(store: Store) -> None:
    """So that what is left can go; nothing comes in."""
    await given_level(store, TEA, on_hand=5)
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    archived = [Archived(kind="location", name="MAIN", field=("location",))]
    assert await refused(store, adjust(store, TEA, +1)) == archived
    assert await refused(store, adjust(store, TEA, -1, reason=MovementReason.SALE)) == archived
    await adjust(store, TEA, -5, reason=MovementReason.LOST)
    assert await store.shop.open_work_of_location("MAIN", scopes=ALL_SCOPES) == []
