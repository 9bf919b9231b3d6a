"""What is written as a document is read again as it was."""

from bson import BSON

from app.domain.alerts.alert import Alert, AlertChange, AlertState
from app.domain.alerts.open_alert import AlertType, OpenAlert
from app.domain.catalog.catalog import Item, Location, LocationKind
from app.domain.errors import InsufficientStock
from app.domain.money import Money
from app.domain.operation import CommandInfo, Operation
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.store.mapping.catalog import item_document, item_of, location_document, location_of
from app.store.mapping.ledger import movement_document, movement_of
from app.store.mapping.levels import level_document, level_of
from app.store.mapping.operations import operation_document, operation_of

MOMENT = Moment(1_760_000_000_123_457)
ITEM = Item(
    sku="Ä #1",
    name="Tea",
    category="Hot",
    tags=("new", "Assam"),
    barcodes=("4006381333931",),
    unit_cost=Money(12_345),
    reorder_point=5,
    backorder_limit=6,
    is_archived=True,
    created_at=MOMENT,
    updated_at=MOMENT,
)
LEVEL = Level(
    key=LevelKey("Ä #1", "MAIN"),
    on_hand=9,
    reserved=2,
    backordered=1,
    damaged=1,
    safety=2,
    incoming=4,
    reorder_point=5,
    backorder_limit=6,
    counted_at=Moment(5),
    policy=Policy(alert_margin=2, overstock_point=8, own=("alert_margin",)),
    alerts=(OpenAlert(AlertType.LOW, 3), OpenAlert(AlertType.OVERSTOCK, 7)),
    version=7,
    changed_at=MOMENT,
)

NEW_ALERT = Alert(
    id="MAIN/Ä #1#3/STOCK",
    sku="Ä #1",
    location="MAIN",
    type=AlertType.LOW,
    threshold=5,
    available=3,
    on_hand=9,
    opened_by="o",
    version=1,
    created_at=MOMENT,
    changed_at=MOMENT,
)
ALERT = Alert(
    id="MAIN/Ä #1#2/STOCK",
    sku="Ä #1",
    location="MAIN",
    type=AlertType.OUT,
    state=AlertState.CLOSED,
    change=AlertChange.CLOSED,
    threshold=0,
    available=3,
    on_hand=9,
    opened_by="o",
    escalated_at=MOMENT,
    closed_at=MOMENT,
    closed_by="p",
    acknowledged_at=MOMENT,
    acknowledged_by="a",
    snoozed_until=MOMENT,
    snoozed_by="a",
    note="Später.",
    version=4,
    created_at=MOMENT,
    changed_at=MOMENT,
)


def through_bson(document: dict[str, object]) -> dict[str, object]:
    """Return the document as the database gives it back."""
    return BSON.encode(document).decode()


def test_a_level_comes_back() -> None:
    """Every count, and the moment to its last digit."""
    assert level_of(through_bson(level_document(LEVEL, item=ITEM))) == LEVEL


def test_movements_come_back() -> None:
    """With everything said, and with nothing."""
    full = Movement(
        operation_id="o",
        writer="w",
        recorded_at=MOMENT,
        reason=MovementReason.SALE,
        change=LevelChange(on_hand=-1, reserved=-2, quality_control=3, incoming=4, reorder_point=0, backorder_limit=8),
        after=LEVEL,
        reference="R",
        channel="POS",
    )
    setting = Movement(
        operation_id="o",
        writer="w",
        recorded_at=MOMENT,
        reason=MovementReason.SETTINGS,
        change=LevelChange(policy=Policy()),
        after=LEVEL,
    )
    earlier = Moment(LEVEL.changed_at - 1)  # the last line of the batch was recorded later
    bare = Movement(
        operation_id="o",
        writer="w",
        recorded_at=earlier,
        reason=MovementReason.COUNT,
        change=LevelChange(),
        after=LEVEL,
    )
    assert [movement_of(through_bson(movement_document(movement))) for movement in (full, bare, setting)] == [
        full,
        bare,
        setting,
    ]


def test_operations_come_back() -> None:
    """With everything said, and with nothing."""
    info = CommandInfo(
        operation_id="o",
        kind="k",
        actor="a",
        idempotency_key="i",
        reference="r",
        note="",
        occurred_at=Moment(0),
    )
    refusal = InsufficientStock(sku="T", location="M", requested=2, available=1, field=("lines", "1", "delta"))
    full = Operation(
        info=info,
        recorded_at=MOMENT,
        fingerprint="f",
        levels=((LevelKey("T", "M"), 3), (LevelKey("U", "M"), 1)),
        refusals=((1, refusal),),
    )
    bare = Operation(info=CommandInfo(operation_id="o", kind="k", actor="a"), recorded_at=MOMENT)
    telling = Operation(
        info=CommandInfo(operation_id="o", kind="k", actor="a"),
        recorded_at=MOMENT,
        documents=(ALERT, NEW_ALERT),
        published_at=MOMENT,
        writer="w",
    )
    operations = [full, bare, telling]
    assert [operation_of(through_bson(operation_document(each))) for each in operations] == operations


def test_items_and_locations_come_back() -> None:
    """Archived or not, with a category or without."""
    plain = Item(sku="A", name="A", created_at=MOMENT, updated_at=MOMENT)
    place = Location(
        code="M",
        name="Main",
        kind=LocationKind.DROP_SHIP,
        is_archived=True,
        created_at=MOMENT,
        updated_at=MOMENT,
        priority=7,
    )
    assert [item_of(through_bson(item_document(item))) for item in (ITEM, plain)] == [ITEM, plain]
    assert location_of(through_bson(location_document(place))) == place
