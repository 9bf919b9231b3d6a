"""All use cases that clients call, in one place."""

from dataclasses import dataclass

from app.services.access.administration.keys import ApiKeys
from app.services.access.administration.roles import Roles
from app.services.access.administration.trusted_documents import TrustedDocuments
from app.services.access.administration.users import Users
from app.services.access.sign_in.own_password import OwnPassword
from app.services.alerts.alerts import Alerts
from app.services.audit.audit_log import AuditLog
from app.services.catalog.catalog import Catalog
from app.services.catalog.references import References
from app.services.counting.counts import Counts
from app.services.counting.cycle_counts import CycleCounts
from app.services.documents import Documents
from app.services.insight.insights import Insights
from app.services.insight.level_histories import LevelHistories
from app.services.live.figures.live_figures import LiveFigures
from app.services.live.live import Live
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.purchasing.suppliers import Suppliers
from app.services.replenishment.policies import Policies
from app.services.replenishment.replenishment import Replenishment
from app.services.replenishment.simulations import Simulations
from app.services.reservations.reservations import Reservations
from app.services.stock.stock import Stock
from app.services.stock.summaries import Summaries
from app.services.transfers.transfers import Transfers
from app.services.webhooks.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases of one process. `currency` is that of all amounts, as ISO 4217 has it; None where it is not set."""

    stock: Stock
    histories: LevelHistories
    summaries: Summaries
    reservations: Reservations
    transfers: Transfers
    webhooks: Webhooks
    suppliers: Suppliers
    purchase_orders: PurchaseOrders
    policies: Policies
    simulations: Simulations
    alerts: Alerts
    counts: Counts
    cycle_counts: CycleCounts
    insights: Insights
    replenishment: Replenishment
    catalog: Catalog
    live: Live
    live_figures: LiveFigures
    documents: Documents
    audit_log: AuditLog
    references: References
    trusted_documents: TrustedDocuments
    api_keys: ApiKeys
    users: Users
    own_password: OwnPassword
    roles: Roles
    currency: str | None
