"""What the commands around suppliers and purchase orders refuse whatever the state."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from app.domain.command import Command
from app.domain.errors import (
    DuplicateLine,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
)
from app.domain.limits import MAX_LINES_PER_OPERATION, MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.receive_purchase_order import ReceivePurchaseOrder
from app.domain.purchasing.commands.supplier_items import RemoveSupplierItem, UpsertSupplierItem
from app.domain.purchasing.commands.suppliers import ArchiveSupplier, UpsertSupplier
from app.domain.purchasing.commands.update_purchase_order import UpdatePurchaseOrder
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import email_errors

INFO = CommandInfo(operation_id="o", kind="k", actor="a")
MONEY_RULE = "must be between 0 and 1000000000, with at most four decimals"
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"


def faults(command: Command) -> list[InventoryError]:
    """Return what is wrong with a command."""
    return list(command.validate(now=Moment(1)))


def an_offer(**given: Any) -> UpsertSupplierItem:  # noqa: ANN401 - whatever a test is about
    """Return a command that lets ACME offer TEA-1."""
    return UpsertSupplierItem(**({"info": INFO, "supplier": "ACME", "sku": "TEA-1"} | given))


def a_creation(*lines: OrderedUnits) -> CreatePurchaseOrder:
    """Return a command that orders for MAIN from ACME."""
    return CreatePurchaseOrder(info=INFO, supplier="ACME", location="MAIN", lines=lines)


def an_update(*lines: OrderedUnits) -> UpdatePurchaseOrder:
    """Return a command that changes an order."""
    return UpdatePurchaseOrder(info=INFO, order_id="p", supplier="ACME", location="MAIN", lines=lines)


def units(sku: str, quantity: int, cost: str | None = None) -> OrderedUnits:
    """Return a line of an order."""
    return OrderedUnits(sku=sku, quantity=quantity, unit_cost=None if cost is None else Decimal(cost))


@pytest.mark.parametrize("address", ["a@b", "orders+eu@acme.example", "ä@ö.example", f"{'a' * 252}@b"])
def test_what_can_be_an_address_is_taken(address: str) -> None:
    """Whether somebody reads there is another question."""
    assert list(email_errors(address)) == []


@pytest.mark.parametrize("address", ["", "acme", "@b", "a@", "a b@c", "a@b@c", "a@b\n", f"{'a' * 253}@b", "a@\x00b"])
def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    """One sign between two parts without blanks, and no longer than mail allows."""
    [fault] = email_errors(address)
    assert fault.field == ("email",)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"minimum_quantity": 0}, QuantityOutOfRange(quantity=0, minimum=1, field=("minimumQuantity",))),
        (
            {"pack_size": MAX_QUANTITY + 1},
            QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=1, field=("packSize",)),
        ),
        (
            {"lead_time_days": -1},
            InvalidValue(what="A lead time", rule="must be between 0 and 365 days", field=("leadTimeDays",)),
        ),
        ({"unit_cost": Decimal("NaN")}, InvalidValue(what="A unit cost", rule=MONEY_RULE, field=("unitCost",))),
        ({"supplier": ""}, InvalidValue(what="A supplier code", rule=CODE_RULE, field=("supplier",))),
    ],
)
def test_an_offer_that_breaks_a_rule_is_refused(given: dict[str, Any], fault: InventoryError) -> None:
    """The input at fault is named."""
    assert faults(an_offer(**given)) == [fault]


def test_an_offer_may_be_as_short_and_as_long_as_can_be() -> None:
    """Nothing said, everything emptied, or the largest of all."""
    assert faults(an_offer()) == []
    assert faults(an_offer(supplier_sku=None, unit_cost=None, lead_time_days=None)) == []
    assert faults(an_offer(unit_cost=Decimal(1_000_000_000), pack_size=MAX_QUANTITY, lead_time_days=365)) == []


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: UpsertSupplier(info=INFO, code="a b"), ("code",)),
        (lambda: ArchiveSupplier(info=INFO, code="", is_archived=True), ("code",)),
        (lambda: RemoveSupplierItem(info=INFO, supplier="A/B", sku="T"), ("supplier",)),
        (lambda: RemoveSupplierItem(info=INFO, supplier="A", sku=" T"), ("sku",)),
    ],
)
def test_a_name_that_nothing_can_have_is_refused(build: Callable[[], Command], field: tuple[str, ...]) -> None:
    """Before anybody looks for it."""
    [fault] = faults(build())
    assert fault.field == field


def test_an_order_asks_for_whole_units_of_different_items() -> None:
    """All faults of all lines are told at once."""
    assert faults(a_creation(units("TEA-1", 0), units("TEA-1", 1), units("", 2, "-1"))) == [
        QuantityOutOfRange(quantity=0, minimum=1, field=("lines", "0", "quantity")),
        InvalidValue(
            what="A SKU",
            rule="must be 1 to 64 printable characters without a blank at either end",
            field=("lines", "2", "sku"),
        ),
        InvalidValue(what="A unit cost", rule=MONEY_RULE, field=("lines", "2", "unitCost")),
        DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "1")),
    ]


def test_an_order_has_a_line_and_not_too_many() -> None:
    """One transaction carries it."""
    most = MAX_LINES_PER_OPERATION
    lines = [units(f"S-{number}", 1) for number in range(most + 1)]
    assert faults(a_creation()) == [TooManyLines(count=0, maximum=most)]
    assert faults(a_creation(*lines)) == [TooManyLines(count=most + 1, maximum=most)]
    assert faults(a_creation(*lines[:most])) == []


def test_a_line_is_taken_away_by_zero_and_by_nothing_less() -> None:
    """A line of a new order has one unit at least."""
    assert faults(an_update(units("TEA-1", 0))) == []
    assert faults(an_update(units("TEA-1", -1))) == [
        QuantityOutOfRange(quantity=-1, minimum=0, field=("lines", "0", "quantity"))
    ]


def test_what_is_looked_up_is_no_part_of_the_input() -> None:
    """The same input under the same key is the same request, whatever was found meanwhile."""
    assert an_update(units("T", 1)).content() == an_update(units("T", 1)).content()
    unknown = UpdatePurchaseOrder(info=INFO, order_id="p", supplier=None, location=None, lines=(units("T", 1),))
    assert unknown.content() == an_update(units("T", 1)).content()
    assert an_update(units("T", 1)).content() != an_update(units("T", 1, "2.5")).content()
    assert an_update(units("T", 1, "2.50")).content() == an_update(units("T", 1, "2.5")).content()


def test_a_receipt_that_brings_nothing_is_refused_unless_it_is_the_last() -> None:
    """The same rules as for what arrives of a transfer."""
    lines = (Arrival(sku="T", quantity=0), Arrival(sku="U", quantity=0, over_reason=MovementReason.PURCHASE))
    receipt = ReceivePurchaseOrder(info=INFO, order_id="p", seen=None, lines=lines)
    assert faults(receipt) == [
        InvalidValue(
            what="The reason PURCHASE", rule="is recorded by a mutation of its own", field=("lines", "1", "overReason")
        ),
        InvalidValue(what="A receipt", rule="must have at least one unit, or be complete", field=("lines",)),
    ]
    assert faults(ReceivePurchaseOrder(info=INFO, order_id="p", seen=None, lines=(), is_complete=True)) == []
    assert faults(ReceivePurchaseOrder(info=INFO, order_id="p", seen=None, lines=lines[:1], is_complete=True)) == []
