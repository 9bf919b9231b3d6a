"""Who may submit an order of which value: decided with the order as it is, the same over every store."""

import asyncio
from decimal import Decimal

import pytest
from msgspec import structs

from app.domain.errors import ApprovalRequired, InvalidValue, Refused, StaleDocument
from app.domain.money import Money
from app.domain.partial_update import UNCHANGED
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.supplier import Supplier
from app.services.request_info import RequestInfo
from tests.support.purchases import (
    ACME,
    check_purchases,
    given_draft,
    given_shop,
    given_submitted,
    order_in,
    submit,
    update,
)
from tests.support.scene import refused, request_info
from tests.support.store import Store

TEN = Money(100_000)


def limited(limit: str = "10", key: str | None = None) -> RequestInfo:
    """Return a request of somebody who may submit orders up to this value."""
    return structs.replace(request_info(key), approval_limit=Decimal(limit))


async def test_an_order_above_the_limit_is_left_to_others(store: Store) -> None:
    """At the limit it is submitted; above it nothing changes, and somebody without a limit submits it."""
    await given_shop(store)
    exactly, above = await given_draft(store, ("TEA-1", 4)), await given_draft(store, ("TEA-1", 5))
    done = await store.orders.submit(exactly.id, expected_version=1, request=limited())
    assert order_in(done).state is PurchaseOrderState.SUBMITTED
    attempt = store.orders.submit(above.id, expected_version=1, request=limited("12.49999"))
    expected = ApprovalRequired(value=Money(125_000), limit=Money(124_999), unvalued=0)
    assert await refused(store, attempt) == [expected]
    assert order_in(await submit(store, above.id)).state is PurchaseOrderState.SUBMITTED
    await check_purchases(store)


async def test_what_an_order_is_worth_must_be_known_to_be_within_a_limit(store: Store) -> None:
    """Units of unknown cost could be worth anything."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 1), ("CUP-1", 3))
    attempt = store.orders.submit(draft.id, expected_version=1, request=limited("1000000"))
    limit = Money(1_000_000 * 10_000)
    assert await refused(store, attempt) == [ApprovalRequired(value=Money(25_000), limit=limit, unvalued=3)]
    assert order_in(await submit(store, draft.id)).unvalued == 3


async def test_an_order_that_grows_after_it_was_read_is_not_submitted(store: Store) -> None:
    """Whichever comes first: it never goes to the supplier above the limit."""
    await given_shop(store)
    for _ in range(5):
        draft = await given_draft(store, ("TEA-1", 4))
        attempt = store.orders.submit(draft.id, expected_version=1, request=limited())
        grown, submitted = await asyncio.gather(
            update(store, draft.id, ("TEA-1", 400)), attempt, return_exceptions=True
        )
        [after] = (await store.documents.documents(PurchaseOrder, [draft.id])).values()
        if isinstance(submitted, Refused):
            assert isinstance(submitted.errors[0], StaleDocument)
            assert (after.state, after.value) == (PurchaseOrderState.DRAFT, Money(10_000_000))
        else:
            assert isinstance(grown, Refused)
            assert (after.state, after.value) == (PurchaseOrderState.SUBMITTED, TEN)
    if after.state is PurchaseOrderState.DRAFT:
        again = store.orders.submit(draft.id, expected_version=after.version, request=limited())
        assert [type(error) for error in await refused(store, again)] == [ApprovalRequired]


@pytest.mark.parametrize(
    "line",
    [
        OrderedUnits(sku="TEA-1", quantity=40),
        OrderedUnits(sku="TEA-1", quantity=4, unit_cost=Decimal("2.51")),
    ],
)
async def test_a_confirmation_does_not_lead_around_the_limit(store: Store, line: OrderedUnits) -> None:
    """More units or a higher cost, above the limit; what costs no more than before may be confirmed."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 4))
    attempt = store.orders.confirm(order.id, lines=[line], request=limited())
    value = Money(line.quantity * (line.cost or 25_000))
    assert await refused(store, attempt) == [ApprovalRequired(value=value, limit=TEN, unvalued=0)]
    fewer = OrderedUnits(sku="TEA-1", quantity=2)
    done = await store.orders.confirm(order.id, lines=[fewer], request=limited("1"))
    assert order_in(done).state is PurchaseOrderState.CONFIRMED
    await check_purchases(store)


async def test_a_repeated_submission_is_answered_whatever_the_limit_is_by_then(store: Store) -> None:
    """The key stands for what happened; what somebody may do is no part of the input."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 4))
    first = await store.orders.submit(draft.id, expected_version=1, request=limited("10", "k"))
    again = await store.orders.submit(draft.id, expected_version=1, request=limited("1", "k"))
    assert (again.replayed, again.operation.id) == (True, first.operation.id)


async def test_who_has_a_limit_does_not_let_the_server_submit_without_one(store: Store) -> None:
    """Automatic submission is turned on by others; a supplier that has it keeps it, and it may be turned off."""
    await given_shop(store)
    rule = "may be turned on only by someone without an approval limit"
    expected = [InvalidValue(what="Automatic submission", rule=rule, field=("autoSubmit",))]
    for code, name in ((ACME, UNCHANGED), ("NEW", "New")):
        attempt = store.suppliers.upsert(code, name=name, auto_submit=True, request=limited())
        assert await refused(store, attempt) == expected
    await store.suppliers.upsert(ACME, auto_submit=True, request=request_info())
    for is_on in (True, False):
        done = await store.suppliers.upsert(ACME, auto_submit=is_on, request=limited())
        assert done.operation.document(Supplier).auto_submit is is_on
