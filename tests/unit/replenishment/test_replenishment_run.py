"""What is kept of a run: the first of its orders and transfers, and how many there were."""

from bson import BSON

from app.domain.limits import MAX_RUN_DOCUMENTS
from app.domain.operation import CommandInfo, Operation
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder
from app.domain.replenishment.replenishment_run import ReplenishmentRun, RunResult
from app.domain.time import Moment
from app.domain.transfers.transfer import Transfer, TransferLine
from app.services.replenishment.draft_writer import Ordered
from app.store.mapping.document_mapping import from_bson, to_bson

NOW = Moment(1_760_000_000_123_457)
MOST_BYTES = 64 * MAX_RUN_DOCUMENTS  # an id is 32 digits; the database takes documents of 16 MB


def test_a_run_keeps_what_it_came_to() -> None:
    """In the order in which it was written."""
    result = RunResult(reviewed=9, changed=3, orders=["b", "a"], transfers=["c"])
    run = ReplenishmentRun.ended("o", result, at=NOW)
    assert (run.id, run.created_at, run.reviewed, run.changed) == ("o", NOW, 9, 3)
    assert (run.orders, run.order_count, run.transfers, run.transfer_count) == (("b", "a"), 2, ("c",), 1)


def test_of_very_many_orders_the_first_are_listed_and_all_are_counted() -> None:
    """So that the record stays small, whatever was ordered."""
    many = [f"{number:032x}" for number in range(MAX_RUN_DOCUMENTS + 1)]
    run = ReplenishmentRun.ended("o", RunResult(orders=many, transfers=many * 40), at=NOW)
    assert (run.orders, run.order_count) == (tuple(many[:-1]), MAX_RUN_DOCUMENTS + 1)
    assert (run.transfers, run.transfer_count) == (tuple(many[:-1]), 40 * (MAX_RUN_DOCUMENTS + 1))
    assert len(BSON.encode(to_bson(run))) < 2 * MOST_BYTES


def test_a_run_is_read_as_it_was_filed() -> None:
    """Through the database's own format."""
    run = ReplenishmentRun.ended("o", RunResult(reviewed=2, orders=["a"], transfers=["b", "c"]), at=NOW)
    stored = BSON.encode(to_bson(run)).decode()
    assert from_bson(run.kind, stored) == run


def test_an_order_that_is_added_to_counts_once_and_as_it_became() -> None:
    """At its first place in the list, with what the last operation made of it."""
    first, second, last = an_order("p", 1), an_order("q", 1), an_order("p", 2)
    ordered = Ordered(purchases={"p": first}) + Ordered(purchases={"q": second}) + Ordered(purchases={"p": last})
    assert list(ordered.purchases.values()) == [last, second]
    assert [order.version for order in ordered.orders] == [2, 1]
    assert ordered.transfers == ()


def test_proposals_stand_beside_orders() -> None:
    """Each in a list of its own."""
    transfer = Transfer(id="t", source="A", destination="B", lines=(TransferLine(sku="TEA-1", quantity=1),))
    proposed = Operation(
        info=CommandInfo(operation_id="t", kind="k", actor="a"), recorded_at=NOW, documents=(transfer,)
    )
    ordered = Ordered(purchases={"p": an_order("p", 1)}) + Ordered(proposals={"t": proposed})
    assert ([order.id for order in ordered.orders], ordered.transfers) == (["p"], (transfer,))


def an_order(identity: str, version: int) -> Operation:
    """Return an operation that wrote an order."""
    lines = (PurchaseLine(sku="TEA-1", quantity=version),)
    order = PurchaseOrder(id=identity, version=version, supplier="ACME", location="MAIN", lines=lines)
    info = CommandInfo(operation_id=f"{identity}{version}", kind="replenishmentOrder", actor="stockpulse")
    return Operation(info=info, recorded_at=NOW, documents=(order,))
