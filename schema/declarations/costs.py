"""The cost of fields, in units of one plain field: see `app/web/graphql/transport/documents/cost.py`, which reads it.

A plain attribute costs 1. Everything else is measured against that: `make bench` prints what the most expensive
operations that are allowed take. A list with `first` has the size requested; any other list needs its maximum size
here, or the schema does not build.
"""

from collections.abc import Iterator, Mapping

import strawberry
from graphql import (
    GraphQLField,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

from app.domain import limits
from app.domain.alerts.alert_totals import AlertAge
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.labels import MAX_LABELS
from app.domain.catalog.open_work import MAX_EXAMPLES, OpenKind
from app.domain.counting.count_line import MAX_ENTRIES
from app.domain.insight.abc import AbcClass
from app.domain.replenishment.order_reason import MAX_REASONS
from app.domain.replenishment.policy_defaults import PolicySetting
from app.domain.replenishment.simulation import MAX_SIMULATED_DAYS
from app.domain.stock.summary import MAX_GROUPS
from schema.core import StrawberryField, core_schema
from schema.selections.derived import derivation_of

WEIGHT, ENTRY_WEIGHT, SIZE = "costWeight", "costEntryWeight", "costSize"  # the names in `extensions`
PAGE = "page"  # as many as the field above has

RESOLVER = 4  # a call, and where it is awaited, its task
ENTRY = 6  # an object of a page: decoded from the database, converted, and kept apart
EDGE = 4  # and its cursor
READ = 100  # a question to the database: about 300 µs of this process
WHOLE = 60  # a document of a thousand lines takes a hundred times as much, and yields; most have some dozens
MUTATION = 150
LINE = 10  # of a mutation: checked, decided, and written with its movement

# The fields that compute more than they read.
_WEIGHTS = {
    "Query.inventorySummary": 500,
    "Subscription.inventorySummary": 500,
    "Subscription.topMovers": 1_000,
    "Query.inventoryInsights": 1_000,
    "Query.abcClassTotals": 1_000,
    "Query.replenishmentNeeds": 1_000,
    "Query.replenishmentAdvice": 1_000,
    "Query.replenishmentSimulation": 1_000,
    "Query.countsDue": 1_000,
    "Query.itemLabels": 1_000,  # a look into the index for each
    "Supplier.leadTimes": 300,  # a read of a hundred orders without their lines
    "StockLevel.history": 60,  # the lines of a level within the period, added up by the server
    # Passwords are slow to hash, by intention: 0.2 s of a core, though not of the event loop.
    "Mutation.userCreate": 20_000,
    "Mutation.userSetPassword": 20_000,
    "Mutation.passwordChange": 40_000,  # verifies one, and hashes another
    "Query.auditLog": 500,  # a combination that is rare reads more pages than it shows entries
    "AuditPage.text": 200,  # up to 128 KB
    # Computed from all lines of the document, which are read for it.
    **dict.fromkeys(
        (
            "PurchaseOrder.value",
            "PurchaseOrder.unvaluedUnits",
            "PurchaseOrder.setBy",
            "PurchaseOrder.setAt",
            "Reservation.shortUnits",
            "TrustedDocument.text",
        ),
        WHOLE,
    ),
}

_LINES = {  # of mutations, by where their lines stand; no lines may stand for all lines of the document
    "itemsUpsertMany": "input.items",
    "documentsRegister": "input.documents",
    "documentsRemove": "input.hashes",
    "webhookRedeliver": "input.deliveries",
    **dict.fromkeys(
        (
            "stockAdjustMany",
            "stockSetMany",
            "saleRecord",
            "reservationCreate",
            "reservationRelease",
            "reservationFulfill",
            "transferCreate",
            "transferShip",
            "transferReceive",
            "purchaseOrderCreate",
            "purchaseOrderUpdate",
            "purchaseOrderReceive",
            "countRecord",
        ),
        "input.lines",
    ),
}

_SIZES: Mapping[str, int | str] = {
    "Query.nodes": "ids",
    "Query.itemLabels": MAX_LABELS,
    "Query.countsDue": "first",
    "Subscription.topMovers": "first",
    "movers": PAGE,
    "byType": len(AlertType),
    "Query.abcClassTotals": len(AbcClass),
    "byAge": len(AlertAge),
    "userErrors": limits.MAX_USER_ERRORS + 1,
    "LineResult.userErrors": 1,
    "ItemLineResult.userErrors": 1,
    "warnings": limits.MAX_WARNINGS,
    "ItemLineResult.warnings": limits.MAX_WARNINGS_OF_A_LINE,
    "results": PAGE,
    "SaleRecordPayload.movements": PAGE,
    "AuditEntry.fields": 20,
    "codes": 20,
    "operationIds": 20,
    "DocumentsRegisterPayload.documents": PAGE,
    "DocumentsRemovePayload.documents": PAGE,
    "field": 6,  # steps of a path
    "tags": limits.MAX_TAGS,
    "barcodes": limits.MAX_BARCODES,
    "StockLevel.alerts": len(AlertType),
    "StockLevel.history": "points",
    "LevelPolicy.sources": len(PolicySetting),
    "ReplenishmentSimulation.days": MAX_SIMULATED_DAYS,
    "openWork": len(OpenKind),
    "StillOpenError.open": len(OpenKind),
    "roles": limits.MAX_GRANTED_ROLES,
    "categories": limits.MAX_GRANTED_CATEGORIES,
    "RoleInUseError.holders": limits.MAX_HOLDERS_NAMED,
    "examples": MAX_EXAMPLES,
    "byLocation": MAX_GROUPS,
    "byCategory": MAX_GROUPS,
    "ReplenishmentRunPayload.purchaseOrders": "first",
    "ReplenishmentRunPayload.transfers": "first",
    "skus": limits.MAX_WEBHOOK_NAMES,
    "locations": limits.MAX_WEBHOOK_NAMES,
    "acceptedLocations": limits.MAX_CANDIDATE_LOCATIONS,
    "reasons": MAX_REASONS,
    "entries": MAX_ENTRIES,
}


def declare_costs(schema: strawberry.Schema) -> None:
    """Write the cost of every field into the schema."""
    for parent, name, field in fields(schema):
        field.extensions.update(_cost_of(parent, name, field))


def fields(schema: strawberry.Schema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Yield all fields of objects and interfaces, each with its type's name and its own."""
    core = core_schema(schema)
    for type_ in core.type_map.values():
        if is_object_type(type_) or is_interface_type(type_):
            for name, field in type_.fields.items():
                yield type_.name, name, field


def _cost_of(parent: str, name: str, field: GraphQLField) -> Mapping[str, float | str]:
    if parent.startswith("__"):
        return {}
    path = f"{parent}.{name}"
    is_list = is_list_type(get_nullable_type(field.type))
    is_page = get_named_type(field.type).name.endswith("Connection")
    found: dict[str, float | str] = {WEIGHT: _WEIGHTS.get(path, _usual_weight(parent, field, is_page=is_page))}
    size: int | str | None = _SIZES.get(path, _SIZES.get(name))
    if parent.endswith("Connection") and name in {"nodes", "edges"}:
        found |= {ENTRY_WEIGHT: ENTRY + (EDGE if name == "edges" else 0)}
        size = PAGE
    elif is_page:
        size = "first"
    elif parent == "Mutation" and name in _LINES:
        found |= {ENTRY_WEIGHT: LINE}
        size = _LINES[name]
    elif is_list and is_leaf_type(get_named_type(field.type)):
        # Leaves in a list are copied at once.
        found |= {ENTRY_WEIGHT: 0.1}
        size = size or _most_values(field)
    return found if size is None else {**found, SIZE: size}


def _usual_weight(parent: str, field: GraphQLField, *, is_page: bool) -> int:
    if parent == "Mutation":
        return MUTATION
    if is_page or parent in {"Query", "Subscription"}:
        return READ
    definition = field.extensions.get("strawberry-definition")
    resolves = isinstance(definition, StrawberryField) and definition.base_resolver and not derivation_of(definition)
    return RESOLVER if resolves else 1


def _most_values(field: GraphQLField) -> int | None:
    named = get_named_type(field.type)
    return len(named.values) if is_enum_type(named) else None
