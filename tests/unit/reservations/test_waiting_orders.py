"""Units that orders wait for: what has come in belongs to those, though nobody has been given it yet."""

from collections.abc import Callable

import pytest

from app.domain.catalog.catalog import Location
from app.domain.command import Command
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.errors import InsufficientStock, Refused
from app.domain.operation import CommandInfo
from app.domain.stock.commands.reclassify_stock import ReclassifyStock
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.time import Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from app.domain.transfers.transfer import Transfer, TransferLine

MAIN, NORTH = LevelKey("TEA-1", "MAIN"), LevelKey("TEA-1", "NORTH")
NOW = Moment(1_000)
DRAFT = Transfer(id="t", source="MAIN", destination="NORTH", lines=(TransferLine(sku="TEA-1", quantity=5),), version=1)


def batch() -> CommandBatch:
    """Return the view of five units on hand, three of which are promised: two may leave."""
    state = BatchState(
        levels={
            MAIN: Level(key=MAIN, on_hand=5, backordered=3, backorder_limit=9, version=1),
            NORTH: Level(key=NORTH, version=1),
        },
        locations={
            key.location: Location(code=key.location, name="L", created_at=Moment(1), updated_at=Moment(1))
            for key in (MAIN, NORTH)
        },
        documents={DRAFT.key: DRAFT},
    )
    return CommandBatch(state, writer="w", now=NOW)


def a_shipment(quantity: int) -> Command:
    """Return a command that sends off so many units."""
    info = CommandInfo(operation_id="1" * 32, kind="transferShip", actor="shop")
    return ShipTransfer(info=info, transfer_id="t", lines=(TransferUnits(sku="TEA-1", quantity=quantity),))


def a_safety_hold(quantity: int) -> Command:
    """Return a command that keeps back so many units."""
    info = CommandInfo(operation_id="2" * 32, kind="stockReclassify", actor="shop")
    return ReclassifyStock(info=info, key=MAIN, quantity=quantity, source=None, target=UnavailableReason.SAFETY)


@pytest.mark.parametrize(("build", "field"), [(a_shipment, ("lines", "0", "quantity")), (a_safety_hold, ("quantity",))])
def test_units_that_orders_wait_for_neither_leave_nor_become_unavailable(
    build: Callable[[int], Command], field: tuple[str, ...]
) -> None:
    """Only what is left beside them may."""
    refusing = batch()
    with pytest.raises(Refused) as refused:
        refusing.run(build(3))
    shortage = InsufficientStock(sku="TEA-1", location="MAIN", requested=3, available=2, waiting=3, field=field)
    assert refused.value.errors == (shortage,)
    assert (refusing.movements, refusing.documents) == ([], {})
    assert refusing.run(build(2)).movements[0].after.available == 0
