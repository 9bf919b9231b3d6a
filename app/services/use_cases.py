"""All use cases in one place, for whoever serves them."""

from dataclasses import dataclass

from app.services.alerts import Alerts
from app.services.catalog import Catalog
from app.services.counts import Counts
from app.services.cycle_counts import CycleCounts
from app.services.document_reader import DocumentReader
from app.services.insights import Insights
from app.services.live import Live
from app.services.policies import Policies
from app.services.purchase_orders import PurchaseOrders
from app.services.replenishment import Replenishment
from app.services.reservations import Reservations
from app.services.stock import Stock
from app.services.summary import Summaries
from app.services.suppliers import Suppliers
from app.services.transfers import Transfers
from app.services.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the application can do."""

    stock: Stock
    summaries: Summaries
    reservations: Reservations
    transfers: Transfers
    webhooks: Webhooks
    suppliers: Suppliers
    purchase_orders: PurchaseOrders
    policies: Policies
    alerts: Alerts
    counts: Counts
    cycle_counts: CycleCounts
    insights: Insights
    replenishment: Replenishment
    catalog: Catalog
    live: Live
    documents: DocumentReader
