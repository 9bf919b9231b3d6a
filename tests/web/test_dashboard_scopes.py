"""What each page of the dashboard asks, against what it asks of its viewer: none is shown a refusal in its place.

An operation that needs more than the page is refused as a whole. So it stands here with what it needs beside, and the
page asks `may(…)` before it sends it. `make install` builds the dashboard.
"""

import json
import re

import pytest

from app.web.dashboard.documents import MANIFEST
from app.web.dashboard.routes import BUILT
from app.web.graphql import Limits
from app.web.graphql.transport.documents.cache import DocumentCache
from schema.root import schema

pytestmark = pytest.mark.skipif(not (BUILT / MANIFEST).exists(), reason="needs the dashboard: make install")

# By the first word of an operation's name: the scopes that `shell/routes.ts` asks for the page.
OF_PAGE = {
    "Alerts": {"insights:read"},
    "Count": {"counting:read"},
    "Counts": {"counting:read"},
    "Insight": {"insights:read", "stock:read"},
    "Item": {"catalog:read", "stock:read"},
    "Orders": {"purchasing:read"},
    "Overview": {"stock:read"},
    "Reservations": {"orders:read"},
    "Stock": {"stock:read"},
    "Suppliers": {"purchasing:read"},
    "Transfers": {"stock:read"},
}
# What each of these needs beside. Settings, and what all pages have, stand on no page that needs a scope.
BESIDE = {
    "AlertsLevels": {"stock:read"},
    "AlertsLevelsAndOrders": {"purchasing:read", "stock:read"},
    "AlertsNeeds": {"purchasing:read", "stock:read"},
    "AlertsOffers": {"catalog:read", "purchasing:read"},
    "CountItemByBarcode": {"catalog:read"},
    "CountItems": {"stock:read"},
    "CountPost": {"orders:read"},
    "CountsCategories": {"stock:read"},
    "CountsDue": {"stock:read"},
    "CountStockNow": {"stock:read"},
    "ItemDemand": {"insights:read"},
    "ItemNeed": {"purchasing:read"},
    "ItemOffers": {"purchasing:read"},
    "ItemOrders": {"purchasing:read"},
    "ItemReservations": {"orders:read"},
    "ItemSimulation": {"insights:read", "purchasing:read"},
    "OpenAlerts": {"insights:read"},
    "OrdersHistory": {"stock:read"},
    "OverviewAlertAges": {"insights:read"},
    "OverviewAlerts": {"insights:read"},
    "OverviewMovers": {"insights:read"},
    "PaletteItems": {"catalog:read"},
    "PickItems": {"catalog:read"},
    "PickLocations": {"catalog:read"},
    "PickOffers": {"catalog:read", "purchasing:read"},
    "PickSuppliers": {"purchasing:read"},
    "ReservationsHistory": {"stock:read"},
    "SettingsAudit": {"admin"},
    "SettingsCategories": {"catalog:read"},
    "SettingsDeliveries": {"insights:read", "orders:read", "purchasing:read", "stock:read", "webhooks:read"},
    "SettingsKeys": {"admin"},
    "SettingsLocationOne": {"catalog:read"},
    "SettingsLocations": {"catalog:read"},
    "SettingsPeople": {"admin"},
    "SettingsRoleOne": {"admin"},
    "SettingsRoles": {"admin"},
    "SettingsWebhookOne": {"webhooks:read"},
    "SettingsWebhooks": {"webhooks:read"},
    "StockChoices": {"catalog:read"},
}
_NAME = re.compile(r"\b(query|mutation|subscription) *(([A-Z][a-z]+)\w*)")


def test_no_page_asks_what_its_viewer_may_not_see() -> None:
    """Each reading needs what is said above; what changes something needs its own area's scope, and no more."""
    documents = DocumentCache(schema, Limits(), are_trusted=True)
    texts: dict[str, str] = json.loads((BUILT / MANIFEST).read_text())
    beside = {}
    for text in texts.values():
        found = _NAME.search(text)
        assert found, text
        kind, name, first = found.groups()
        needed = set(documents.get(text).operation(None).requirements.scopes) - OF_PAGE.get(first, set())
        if kind == "mutation":
            written = {scope for scope in needed if scope == "admin" or scope.endswith(":write")}
            assert len(written) == 1, name
            needed -= written | {scope.replace(":write", ":read") for scope in written}
        if needed:
            beside[name] = needed
    assert beside == BESIDE
