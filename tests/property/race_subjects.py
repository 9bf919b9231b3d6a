"""What a race is about, made just before it: a document that is as open as can be, and the stock that it needs."""

from hypothesis import strategies as st

from app.domain.command import Command
from app.domain.counting.commands.open_count import OpenCount
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.submit_purchase_order import SubmitPurchaseOrder
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.reservation import RequestedLine
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.transfers.commands.create_transfer import CreateTransfer, TransferUnits
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from tests.property.commands import CODES, SKUS, different, few, unkeyed
from tests.property.document_commands import earlier_entries, ttls
from tests.property.purchase_commands import ACME, AS_IT_IS

Fresh = st.SearchStrategy[tuple[Command, ...]]

NEW = "new-0"

_receipts = st.builds(
    AdjustMany,
    info=unkeyed,
    lines=st.just(
        tuple(Adjustment(key=LevelKey(sku, CODES[0]), delta=+12, reason=MovementReason.RECEIPT) for sku in SKUS)
    ),
    is_atomic=st.just(False),
)


def _reservations(quantities: st.SearchStrategy[int]) -> st.SearchStrategy[Command]:
    lines = st.builds(
        RequestedLine, sku=st.sampled_from(SKUS), quantity=quantities, location=st.sampled_from([None, *CODES])
    )
    return st.builds(
        CreateReservation,
        info=unkeyed,
        lines=different(lines, by="sku", most=2),
        ttl_seconds=ttls,
        allow_partial=st.just(True),
    )


def _transfers() -> st.SearchStrategy[Command]:
    lines = st.tuples(*(st.builds(TransferUnits, sku=st.just(sku), quantity=st.integers(4, 9)) for sku in SKUS))
    return st.builds(
        CreateTransfer,
        info=unkeyed,
        source=st.just(CODES[0]),
        destination=st.just(CODES[1]),
        lines=lines,
    )


fresh_reservations: Fresh = st.tuples(_receipts, _reservations(few))
waiting_reservations: Fresh = st.tuples(_reservations(st.integers(8, 30)), _receipts)
fresh_transfers: Fresh = st.tuples(_receipts, _transfers())
sent_transfers: Fresh = st.tuples(
    _receipts, _transfers(), st.builds(ShipTransfer, info=unkeyed, transfer_id=st.just(NEW))
)
_drafts: st.SearchStrategy[Command] = st.builds(
    CreatePurchaseOrder,
    info=unkeyed,
    supplier=st.just(ACME),
    location=st.just(CODES[0]),
    lines=st.tuples(*(st.builds(OrderedUnits, sku=st.just(sku), quantity=st.integers(4, 9)) for sku in SKUS)),
)
_is_sent = {"info": unkeyed, "order_id": st.just(NEW), "seen": st.none()}
_as_it_is = {"expected_version": st.just(AS_IT_IS), "ignore_minimums": st.just(True)}
fresh_drafts: Fresh = st.tuples(_drafts)
sent_orders: Fresh = st.tuples(_drafts, st.builds(SubmitPurchaseOrder, **_is_sent, **_as_it_is))
fresh_counts: Fresh = st.tuples(
    st.builds(OpenCount, info=unkeyed, location=st.just(CODES[0])), earlier_entries(st.just(NEW))
)
