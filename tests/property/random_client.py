"""A client that asks for everything there is. See tests.property.random_calls."""

from typing import ClassVar

from tests.property import (
    alert_calls,
    catalog_calls,
    count_calls,
    order_calls,
    replenishment_calls,
    reservation_calls,
    stock_calls,
    transfer_calls,
)
from tests.property.random_calls import Kinds


class RandomClient(
    stock_calls.StockCalls,
    catalog_calls.CatalogCalls,
    reservation_calls.ReservationCalls,
    transfer_calls.TransferCalls,
    count_calls.CountCalls,
    alert_calls.AlertCalls,
    order_calls.OrderCalls,
    replenishment_calls.ReplenishmentCalls,
):
    """A client with its own dice."""

    kinds: ClassVar[Kinds] = {
        **stock_calls.KINDS,
        **catalog_calls.KINDS,
        **reservation_calls.KINDS,
        **transfer_calls.KINDS,
        **count_calls.KINDS,
        **alert_calls.KINDS,
        **order_calls.KINDS,
        **replenishment_calls.KINDS,
    }
