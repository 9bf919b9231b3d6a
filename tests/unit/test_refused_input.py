"""Input that commands refuse whatever the state, where the API itself would not let it through."""

import pytest

from app.domain.catalog.commands.upsert_location import UpsertLocation
from app.domain.catalog.gtin import gtin_of
from app.domain.command import Command
from app.domain.errors import DuplicateLine, InvalidValue, InventoryError, QuantityOutOfRange, TooManyLines
from app.domain.limits import (
    MAX_LINES_PER_OPERATION,
    MAX_POLICY_LEVELS,
    MAX_PRIORITY,
    MAX_SCAN_LENGTH,
    MAX_SOURCED_LINES,
)
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.reverse_purchase_receipt import ReversePurchaseReceipt, WrongUnits
from app.domain.replenishment.commands.apply_policies import ApplyPolicies
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.reservations.commands.update_reservation import UpdateReservation
from app.domain.reservations.reservation import RequestedLine
from app.domain.reservations.shortage import Holding, Shortage
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.commands.reverse_transfer_loss import ReverseTransferLoss

INFO = CommandInfo(operation_id="o", kind="k", actor="a")
EARLY = CommandInfo(operation_id="o", kind="k", actor="a", occurred_at=Moment(1))
TEA = LevelKey("TEA", "MAIN")
NOW = Moment(1_760_000_000_000_000)
SOURCED = tuple(RequestedLine(sku=f"S-{number}", quantity=1) for number in range(MAX_SOURCED_LINES + 1))
WRONG = (WrongUnits(sku="TEA", quantity=0), WrongUnits(sku="TEA", quantity=1))
PRIORITY = InvalidValue(what="A priority", rule=f"must be between 1 and {MAX_PRIORITY}", field=("priority",))
TOO_EARLY = InvalidValue(
    what="The time of occurrence",
    rule="must not be before the year 2000: nothing was recorded then",
    field=("occurredAt",),
)


def below(minimum: int, *, given: int) -> QuantityOutOfRange:
    """Return the error of a first line of too few units."""
    return QuantityOutOfRange(quantity=given, minimum=minimum, field=("lines", "0", "quantity"))


@pytest.mark.parametrize(
    ("command", "errors"),
    [
        (UpdateReservation(info=INFO, id="r", lines=(RequestedLine(sku="TEA", quantity=-1),)), [below(0, given=-1)]),
        (
            UpdateReservation(info=INFO, id="r", lines=SOURCED),
            [TooManyLines(count=len(SOURCED), maximum=MAX_SOURCED_LINES)],
        ),
        (
            ReversePurchaseReceipt(info=INFO, order_id="p", receipt_id="o", seen=None, lines=WRONG),
            [below(1, given=0), DuplicateLine(sku="TEA", location="", first_line=0, field=("lines", "1"))],
        ),
        (
            AssignBackorders(info=INFO, key=TEA, reservations=()),
            [TooManyLines(count=0, maximum=MAX_LINES_PER_OPERATION, field=("reservations",))],
        ),
        (
            ReverseTransferLoss(
                info=INFO, transfer_id="t", operation_id="o", lines=(TransferUnits(sku="TEA", quantity=0),)
            ),
            [below(1, given=0)],
        ),
        (UpsertLocation(info=INFO, code="MAIN", priority=0), [PRIORITY]),
        (UpsertLocation(info=EARLY, code="MAIN"), [TOO_EARLY]),
        (
            ApplyPolicies(info=INFO, categories={}),
            [TooManyLines(count=0, maximum=MAX_POLICY_LEVELS, field=("keys",))],
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(command: Command, errors: list[InventoryError]) -> None:
    """Each error names the field of the input, and none is left out."""
    assert list(command.validate(now=NOW)) == errors


def test_the_newest_orders_are_short_first_and_no_more_of_them_than_needed() -> None:
    """Of three units that are gone, the newest order loses two, the next one; one without units there loses none."""
    level = Level(key=TEA, on_hand=3, reserved=6, version=7)
    newest = [Holding("c", 2), Holding("none", 0), Holding("b", 2), Holding("a", 2)]
    assert Shortage.at(level, newest) == Shortage(version=7, units={"c": 2, "b": 1})


def test_a_code_that_is_too_long_for_a_scan_is_no_number_of_goods() -> None:
    """It stays what it is."""
    code = "0" * (MAX_SCAN_LENGTH + 1)
    assert gtin_of(code) == code
