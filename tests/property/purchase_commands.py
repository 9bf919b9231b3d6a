"""Commands on suppliers and purchase orders, as hypothesis draws them. See tests.property.document_commands."""

from decimal import Decimal

from hypothesis import strategies as st

from app.domain.purchasing.commands.cancel_purchase_order import CancelPurchaseOrder
from app.domain.purchasing.commands.confirm_purchase_order import ConfirmPurchaseOrder
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.receive_purchase_order import ReceivePurchaseOrder
from app.domain.purchasing.commands.submit_purchase_order import SubmitPurchaseOrder
from app.domain.purchasing.commands.supplier_items import RemoveSupplierItem, UpsertSupplierItem
from app.domain.purchasing.commands.suppliers import ArchiveSupplier, UpsertSupplier
from app.domain.purchasing.commands.update_purchase_order import UpdatePurchaseOrder
from tests.property.commands import causes, codes, different, skus, some
from tests.property.document_commands import Commands, Picks, arrivals

ACME = "ACME"
AS_IT_IS = 0  # the version of an order that is looked up when it is sent
suppliers = some((ACME,))
costs = st.sampled_from([None, None, Decimal("2.50"), Decimal(0)])


def _lines(least: int) -> st.SearchStrategy[tuple[OrderedUnits, ...]]:
    quantities = st.integers(least, 6)
    return different(st.builds(OrderedUnits, sku=skus, quantity=quantities, unit_cost=costs), by="sku", most=2)


creations_of_orders: Commands = st.builds(
    CreatePurchaseOrder, info=causes, supplier=suppliers, location=codes, lines=_lines(1)
)
commands_on_suppliers: Commands = st.one_of(
    st.builds(
        UpsertSupplier,
        info=causes,
        code=suppliers,
        minimum_order_value=st.sampled_from([None, Decimal(0), Decimal(10)]),
        lead_time_days=st.integers(0, 2),
    ),
    st.builds(ArchiveSupplier, info=causes, code=suppliers, is_archived=st.sampled_from([False, False, True])),
    st.builds(
        UpsertSupplierItem,
        info=causes,
        supplier=suppliers,
        sku=skus,
        unit_cost=costs,
        minimum_quantity=st.integers(1, 3),
        pack_size=st.integers(1, 2),
    ),
    st.builds(RemoveSupplierItem, info=causes, supplier=suppliers, sku=skus),
)


def steps_of_order_drafts(ids: Picks) -> Commands:
    """Return a strategy for what is done with orders that were not sent yet; the order is looked up when it is run."""
    versions = st.sampled_from([None, None, 1, 2])
    changes = st.builds(
        UpdatePurchaseOrder,
        info=causes,
        order_id=ids,
        supplier=st.none(),
        location=st.none(),
        lines=_lines(0),
        expected_version=versions,
    )
    submissions = st.builds(
        SubmitPurchaseOrder,
        info=causes,
        order_id=ids,
        seen=st.none(),
        expected_version=st.sampled_from([AS_IT_IS, AS_IT_IS, 1, 2]),
        ignore_minimums=st.booleans(),
    )
    return st.one_of(changes, changes, submissions, submissions, _cancellations(ids))


def steps_of_sent_orders(ids: Picks) -> Commands:
    """Return a strategy for what is done with orders that are on their way."""
    parts = different(arrivals(1), by="sku", most=2)
    return st.one_of(
        st.builds(ReceivePurchaseOrder, info=causes, order_id=ids, seen=st.none(), lines=parts),
        st.builds(ReceivePurchaseOrder, info=causes, order_id=ids, seen=st.none(), lines=parts),
        st.builds(ReceivePurchaseOrder, info=causes, order_id=ids, seen=st.none()),
        st.builds(
            ReceivePurchaseOrder,
            info=causes,
            order_id=ids,
            seen=st.none(),
            lines=st.just(()) | different(arrivals(0), by="sku", most=2),
            is_complete=st.just(True),
        ),
        st.builds(ConfirmPurchaseOrder, info=causes, order_id=ids, lines=st.none() | _lines(0)),
        _cancellations(ids),
    )


def steps_of_orders(ids: Picks) -> Commands:
    """Return a strategy for what is done with orders that exist."""
    return steps_of_order_drafts(ids) | steps_of_sent_orders(ids)


def _cancellations(ids: Picks) -> Commands:
    return st.builds(CancelPurchaseOrder, info=causes, order_id=ids)
