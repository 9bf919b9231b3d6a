"""What the machine begins with, so that whatever it draws finds something to do."""

from collections.abc import Iterator
from decimal import Decimal

from app.domain.catalog.catalog import OversellPolicy
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.catalog.commands.upsert_location import UpsertLocation
from app.domain.command import Command
from app.domain.counting.commands.open_count import OpenCount
from app.domain.counting.commands.record_count import CountedUnits, RecordCount
from app.domain.limits import MAX_TTL_SECONDS
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.submit_purchase_order import SubmitPurchaseOrder
from app.domain.purchasing.commands.supplier_items import UpsertSupplierItem
from app.domain.purchasing.commands.suppliers import UpsertSupplier
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder
from app.domain.replenishment.commands.set_policy_defaults import SetPolicyDefaults
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.policy_defaults import PolicyScope
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.reservation import RequestedLine
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.commands.reclassify_stock import ReclassifyStock
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.transfers.commands.create_transfer import CreateTransfer, TransferUnits
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from tests.property.commands import BARCODES, CODES, NEVER_STOCKED, SKUS, info
from tests.property.policy_commands import CATEGORIES
from tests.property.purchase_commands import ACME
from tests.support.alerts import SetPolicy

MAIN, NORTH = CODES
TEA, CUP = SKUS


def scene() -> Iterator[Command]:
    """Yield what makes a small catalog with a little stock, and one or two documents of every kind.

    There are reservations that wait for units and one that runs out, transfers and orders on their way and drafts of
    both, and counts that have begun. CUP has no level at NORTH yet, and POT has none anywhere. What is there is close
    to its thresholds.
    """
    for sku, barcode in zip((*SKUS, NEVER_STOCKED), BARCODES, strict=True):
        change = ItemChange(sku=sku, name=f"Thing {sku}", barcodes=(barcode,), reorder_point=4, backorder_limit=6)
        yield UpsertItem(info=_info(), change=change)
    for code in CODES:
        oversells = OversellPolicy.ALLOW if code == NORTH else OversellPolicy.REFUSE
        yield UpsertLocation(info=_info(), code=code, name=code, oversell_policy=oversells)
    units = {LevelKey(TEA, MAIN): 20, LevelKey(TEA, NORTH): 6, LevelKey(CUP, MAIN): 3}
    received = [Adjustment(key=key, delta=delta, reason=MovementReason.RECEIPT) for key, delta in units.items()]
    yield AdjustMany(info=_info(), lines=tuple(received), is_atomic=True)
    for key, most in ((LevelKey(TEA, MAIN), 22), (LevelKey(TEA, NORTH), 7)):
        yield SetPolicy(info=_info(), key=key, policy=Policy(alert_margin=2, overstock_point=most, risk_point=6))
    yield from _policies()
    yield ReclassifyStock(
        info=_info(), key=LevelKey(TEA, MAIN), quantity=3, source=None, target=UnavailableReason.DAMAGED
    )
    for sku, quantity in ((CUP, 5), (CUP, 2), (TEA, 4)):
        line = RequestedLine(sku=sku, quantity=quantity, location=MAIN)
        yield CreateReservation(info=_info(), lines=(line,))
    cart = (RequestedLine(sku=TEA, quantity=2), RequestedLine(sku=TEA, quantity=1, location=NORTH))
    yield CreateReservation(info=_info(), lines=cart, ttl_seconds=MAX_TTL_SECONDS)
    for source, destination in (CODES, CODES, CODES[::-1]):
        sent = CreateTransfer(
            info=_info(), source=source, destination=destination, lines=(TransferUnits(sku=TEA, quantity=4),)
        )
        yield sent
        if source == MAIN:
            yield ShipTransfer(info=_info(), transfer_id=sent.info.operation_id)
    yield UpsertSupplier(info=_info(), code=ACME, name=ACME, minimum_order_value=Decimal(5))
    yield UpsertSupplierItem(info=_info(), supplier=ACME, sku=TEA, unit_cost=Decimal(2), minimum_quantity=2)
    for code in (*CODES, MAIN):
        lines = [OrderedUnits(sku=TEA, quantity=5), OrderedUnits(sku=CUP, quantity=4)][: 1 + (code == MAIN)]
        drafted = CreatePurchaseOrder(info=_info(), supplier=ACME, location=code, lines=tuple(lines))
        yield drafted
        if code == MAIN:
            yield _submission(drafted)
    for code in (*CODES, MAIN):
        opened = OpenCount(info=_info(), location=code)
        yield opened
        seen = (CountedUnits(sku=TEA, quantity=5),)
        yield RecordCount(info=_info(), count_id=opened.info.operation_id, location=code, lines=seen)


def _submission(drafted: CreatePurchaseOrder) -> SubmitPurchaseOrder:
    """Return the command that sends off an order as it was drafted."""
    seen = PurchaseOrder(
        id=drafted.info.operation_id,
        version=1,
        supplier=drafted.supplier,
        location=drafted.location,
        lines=tuple(PurchaseLine(sku=line.sku, quantity=line.quantity) for line in drafted.lines),
    )
    return SubmitPurchaseOrder(info=_info(), order_id=seen.id, seen=seen, expected_version=seen.version)


def _policies() -> Iterator[Command]:
    yield UpsertItem(info=_info(), change=ItemChange(sku=CUP, category=CATEGORIES[0]))
    for scope, name, change in (
        (PolicyScope.EVERYTHING, "", SettingsChange(reorder_point=3, target_level=12)),
        (PolicyScope.CATEGORY, CATEGORIES[0], SettingsChange(method=ReplenishmentMethod.MIN_MAX, alert_margin=1)),
    ):
        yield SetPolicyDefaults(info=_info(), scope=scope, name=name, change=change)


def _info() -> CommandInfo:
    return info(("shop", None))
