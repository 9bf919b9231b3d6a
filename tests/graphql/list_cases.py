"""The lists of documents: how each is filled, and what its filters find. The tests are in test_lists.py."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.graphql.alerts.operations import ACKNOWLEDGE, SNOOZE, adjust
from tests.graphql.api import Api
from tests.graphql.purchasing import operations as purchases
from tests.graphql.reservations import operations as reservations
from tests.graphql.transfers import operations as transfers

WHOLE_YEAR = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
NEVER = {"to": "2020-01-01T00:00:00Z"}


@dataclass(frozen=True, kw_only=True)
class ListCase:
    """One list: `fill` makes its entries, which `names` lists from the newest on, as `label` is answered for each."""

    root: str
    filter_type: str
    label: str
    names: list[str]
    fill: Callable[[Api], Awaitable[None]]
    filters: Mapping[str, tuple[dict[str, Any], list[str]]]
    bad_filters: list[dict[str, Any]]
    references: str  # what an entry refers to, asked for by more than its key
    reads: Mapping[str, int]
    first: Mapping[str, Any]  # the newest entry, with these
    keys: str = ""  # the same, asked for by keys alone
    begun_at: str = "createdAt"
    collection: str = field(default="")

    @property
    def query(self) -> str:
        """Return a query of a page."""
        return (
            f"query ($filter: {self.filter_type}, $first: Int! = 250, $after: String) {{\n"
            f"  {self.root}(filter: $filter, first: $first, after: $after) {{\n"
            f" totalCount edges {{ cursor node {{ id }} }} nodes {{ id {self.begun_at} {self.label} }}"
            " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
        )

    def asking(self, parts: str) -> str:
        """Return a query of these parts of all entries."""
        return f"{{ {self.root}(first: 20) {{ nodes {{ {parts} }} }} }}"


async def fill_transfers(api: Api) -> None:
    """Make T-0, a draft; T-1 and T-2, in transit; T-3, cancelled; T-4 from NORTH."""
    for number in range(5):
        sku = "CUP-1" if number == 2 else "TEA-1"
        source, destination = ("MAIN", "NORTH") if number < 4 else ("NORTH", "MAIN")
        request = {"source": source, "destination": destination, "lines": [transfers.line(sku, 1)]}
        payload = await api.run(transfers.CREATE, input={**request, "reference": f"T-{number}"})
        if number in (1, 2, 3):
            await api.run(transfers.CANCEL if number == 3 else transfers.SHIP, input={"id": payload["transfer"]["id"]})


TRANSFERS = ListCase(
    root="transfers",
    filter_type="TransferFilter",
    label="reference",
    names=["T-4", "T-3", "T-2", "T-1", "T-0"],
    fill=fill_transfers,
    filters={
        "a state": ({"states": ["IN_TRANSIT"]}, ["T-2", "T-1"]),
        "states": ({"states": ["DRAFT", "CANCELLED"]}, ["T-4", "T-3", "T-0"]),
        "a source": ({"source": "NORTH"}, ["T-4"]),
        "a destination": ({"destination": "NORTH"}, ["T-3", "T-2", "T-1", "T-0"]),
        "a location": ({"location": "NORTH"}, ["T-4", "T-3", "T-2", "T-1", "T-0"]),
        "an item": ({"sku": "CUP-1"}, ["T-2"]),
        "a reference": ({"reference": "T-3"}, ["T-3"]),
        "all of them": (
            {
                **WHOLE_YEAR,
                "states": ["IN_TRANSIT"],
                "source": "MAIN",
                "destination": "NORTH",
                "location": "MAIN",
                "sku": "TEA-1",
                "reference": "T-1",
            },
            ["T-1"],
        ),
        "an operator of the database": ({"reference": "$gt"}, []),
    },
    bad_filters=[{"states": ["SENT"]}, {"source": 1}, {"from": "yesterday"}, {"none": 1}],
    references="source { name kind } destination { name } lines { nodes { item { name category } outstanding } }",
    reads={"find transfers": 1, "find items": 1, "find locations": 1},
    first={
        "source": {"name": "Place NORTH", "kind": "STORE"},
        "destination": {"name": "Place MAIN"},
        "lines": [{"item": {"name": "Green Tea", "category": "Tea"}, "outstanding": 0}],
    },
    keys="source { id code } destination { code __typename } lines { nodes { item { id sku } outstanding } }",
    collection="transfers",
)


async def fill_reservations(api: Api) -> None:
    """Make O-1, fulfilled; O-3, released; O-2 of cups; O-4, which waits at NORTH."""
    await reservations.given_limit(api, "TEA-1", "NORTH", 5)
    for number in range(5):
        tea = reservations.line("TEA-1", 1, "NORTH" if number == 4 else "MAIN")
        line = reservations.line("CUP-1", 1) if number == 2 else tea
        channel = "web" if number % 2 else "shop"
        order = await reservations.reserved(api, line, reference=f"O-{number}", channel=channel)
        if number in (1, 3):
            query = reservations.FULFILL if number == 1 else reservations.RELEASE
            await api.run(query, input={"id": order["id"]})


RESERVATIONS = ListCase(
    root="reservations",
    filter_type="ReservationFilter",
    label="reference",
    names=["O-4", "O-3", "O-2", "O-1", "O-0"],
    fill=fill_reservations,
    filters={
        "a state": ({"states": ["HELD"]}, ["O-4", "O-2", "O-0"]),
        "states": ({"states": ["RELEASED", "FULFILLED"]}, ["O-3", "O-1"]),
        "a reference": ({"reference": "O-3"}, ["O-3"]),
        "an item": ({"sku": "CUP-1"}, ["O-2"]),
        "a location": ({"location": "NORTH"}, ["O-4"]),
        "a level": ({"sku": "TEA-1", "location": "MAIN"}, ["O-3", "O-1", "O-0"]),
        "a channel": ({"channel": "web"}, ["O-3", "O-1"]),
        "all of them": (
            {
                **WHOLE_YEAR,
                "states": ["HELD"],
                "reference": "O-0",
                "sku": "TEA-1",
                "location": "MAIN",
                "channel": "shop",
            },
            ["O-0"],
        ),
        "an operator of the database": ({"reference": "$gt"}, []),
        "empty texts": ({"reference": "", "channel": ""}, []),
    },
    bad_filters=[{"states": ["SENT"]}, {"sku": 1}, {"from": "yesterday"}, {"none": 1}],
    references="lines(first: 5) { nodes { item { name category } location { name } held "
    "holds { nodes { location { name kind } held } } } }",
    reads={"find reservations": 1, "find items": 1, "find locations": 1},
    first={
        "lines": [
            {
                "item": {"name": "Green Tea", "category": "Tea"},
                "location": {"name": "Place NORTH"},
                "held": 0,
                "holds": [{"location": {"name": "Place NORTH", "kind": "STORE"}, "held": 0}],
            }
        ]
    },
    keys="lines { nodes { sku item { id sku } location { code } holds { nodes { location { id code } held } } } }",
    collection="reservations",
)


async def fill_purchase_orders(api: Api) -> None:
    """Make P-0 and P-4, drafts; P-1 and P-2, submitted; P-3, cancelled. P-4 is from BETA."""
    for code in ("ACME", "BETA"):
        await purchases.given_supplier(api, code)
    for number in range(5):
        line = purchases.line("CUP-1" if number == 2 else "TEA-1", 1)
        ends = {"supplier": "BETA", "location": "NORTH"} if number == 4 else {}
        identity = await purchases.created(api, line, reference=f"P-{number}", **ends)
        if number in (1, 2):
            await purchases.change(api, purchases.SUBMIT, id=identity, expectedVersion=1)
        if number == 3:
            await purchases.change(api, purchases.CANCEL, id=identity)


PURCHASE_ORDERS = ListCase(
    root="purchaseOrders",
    filter_type="PurchaseOrderFilter",
    label="reference",
    names=["P-4", "P-3", "P-2", "P-1", "P-0"],
    fill=fill_purchase_orders,
    filters={
        "a state": ({"states": ["SUBMITTED"]}, ["P-2", "P-1"]),
        "states": ({"states": ["DRAFT", "CANCELLED"]}, ["P-4", "P-3", "P-0"]),
        "a supplier": ({"supplier": "BETA"}, ["P-4"]),
        "a location": ({"location": "MAIN"}, ["P-3", "P-2", "P-1", "P-0"]),
        "an item": ({"sku": "CUP-1"}, ["P-2"]),
        "a reference": ({"reference": "P-3"}, ["P-3"]),
        "automatic ones": ({"isAutomatic": True}, []),
        "those of people": ({"isAutomatic": False}, ["P-4", "P-3", "P-2", "P-1", "P-0"]),
        "all of them": (
            {
                **WHOLE_YEAR,
                "states": ["SUBMITTED"],
                "supplier": "ACME",
                "location": "MAIN",
                "sku": "TEA-1",
                "reference": "P-1",
                "isAutomatic": False,
            },
            ["P-1"],
        ),
    },
    bad_filters=[{"states": ["SENT"]}, {"supplier": 1}, {"isAutomatic": "no"}],
    references="supplier { name } location { name } lines { nodes { item { name } outstanding } }",
    reads={"find purchase_orders": 1, "find suppliers": 1, "find locations": 1, "find items": 1},
    first={
        "supplier": {"name": "Supplier BETA"},
        "location": {"name": "Place NORTH"},
        "lines": [{"item": {"name": "Green Tea"}, "outstanding": 1}],
    },
    collection="purchase_orders",
)


async def fill_alerts(api: Api) -> None:
    """Open four alerts.

    TEA-1 at NORTH is LOW and acknowledged; CUP-1 at MAIN is OUT and snoozed; TEA-1 at MAIN was LOW and recovered;
    TEA-1 at CLOSED was LOW until the location was archived.
    """
    await adjust(api, "TEA-1", -5)
    await adjust(api, "TEA-1", 5)
    [cup] = (await adjust(api, "CUP-1", -4))["level"]["alerts"]
    [north] = (await adjust(api, "TEA-1", 1, "NORTH"))["level"]["alerts"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert (await api.run(ACKNOWLEDGE, input={"id": north["id"]}))["userErrors"] == []
    assert (await api.run(SNOOZE, input={"id": cup["id"], "until": tomorrow}))["userErrors"] == []


ALERTS = ListCase(
    root="alerts",
    filter_type="StockAlertFilter",
    label="item { sku } location { code }",
    names=(EVERY := ["TEA-1 NORTH", "CUP-1 MAIN", "TEA-1 MAIN", "TEA-1 CLOSED"]),
    fill=fill_alerts,
    filters={
        "open ones": ({"states": ["OPEN"]}, EVERY[:2]),
        "closed ones": ({"states": ["CLOSED"]}, EVERY[2:]),
        "a type": ({"types": ["OUT"]}, EVERY[1:2]),
        "types": ({"types": ["LOW", "OVERSTOCK"]}, [EVERY[0], *EVERY[2:]]),
        "no type": ({"types": []}, []),
        "an item": ({"skus": ["CUP-1", "NONE"]}, EVERY[1:2]),
        "no item": ({"skus": []}, []),
        "locations": ({"locations": ["NORTH", "MAIN"]}, EVERY[:3]),
        "acknowledged ones": ({"isAcknowledged": True}, EVERY[:1]),
        "others": ({"isAcknowledged": False}, EVERY[1:]),
        "snoozed ones": ({"isSnoozed": True}, EVERY[1:2]),
        "open ones that are not snoozed": ({"isSnoozed": False, "states": ["OPEN"]}, EVERY[:1]),
        "all of them": (
            {
                **WHOLE_YEAR,
                "states": ["OPEN"],
                "types": ["LOW"],
                "skus": ["TEA-1"],
                "locations": ["NORTH", "CLOSED"],
                "isAcknowledged": True,
                "isSnoozed": False,
            },
            EVERY[:1],
        ),
        "an operator of the database": ({"skus": ["$gt"]}, []),
    },
    bad_filters=[{"states": ["SHUT"]}, {"types": [1]}, {"from": "now"}, {"state": "LOW"}],
    references="item { name } location { name } level { onHand alerts { type } } openedBy { kind } closedBy { kind }",
    reads=dict.fromkeys(("find items", "find locations", "find levels", "find operations", "find movements"), 1)
    | {"find alerts": 2},
    first={
        "item": {"name": "Green Tea"},
        "location": {"name": "Place NORTH"},
        "level": {"onHand": 1, "alerts": [{"type": "LOW"}]},
        "openedBy": {"kind": "stockAdjust"},
        "closedBy": None,
    },
    keys="item { id sku } location { code __typename } openedBy { id } closedBy { id }",
    begun_at="openedAt",
    collection="alerts",
)

LISTS = (TRANSFERS, RESERVATIONS, PURCHASE_ORDERS, ALERTS)
