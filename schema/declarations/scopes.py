"""What each root field and each object type needs: the scopes that the transport checks before anything is executed.

A root field declares its scope in `schema/root_types/`. Below it, an object of another area needs the read scope of its
area too: the offers of an item need purchasing:read, and so does their number: a list needs what its objects do. What
only refers to something needs no more than the field that returns it: items, locations and operations, which are names
and facts that every area shows, and payloads, errors and plain values. All of it is written into the schema
(`extensions`), where
`app/web/graphql/transport/documents/scopes.py` reads it.

Rule: nothing has a scope by chance. A root field without one, and a type that is not in the table, do not build.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import strawberry
from graphql import GraphQLObjectType, get_named_type, is_object_type

from app.domain.access.scope import Scope
from app.domain.webhooks.webhook import EVENT_SCOPES
from schema.core import DirectiveLocation, StrawberryField, core_schema

SCOPE, SCOPES, NODE_SCOPE = "scope", "scopes", "nodeScope"  # the names in `extensions`

ANYONE: Final = None  # as the scope of a root field: any principal may ask


@strawberry.schema_directive(
    name="requires",
    locations=[DirectiveLocation.FIELD_DEFINITION],
    description="The scope that a principal needs to select a field of the root, as keys and roles name it; null where "
    "any principal may.",
)
class Requires:
    """The directive that declares the scope of a root field."""

    scope: str | None = strawberry.directive_field(name="scope")


# The areas whose objects need a scope of their own, wherever they are selected.
AREAS: Mapping[Scope, tuple[str, ...]] = {
    Scope.STOCK_READ: (
        "CategoryTotals",
        "InventorySummary",
        "InventorySummaryDelta",
        "InventorySummaryEvent",
        "LevelCounts",
        "LevelPolicy",
        "LocationTotals",
        "Movement",
        "MovementEvent",
        "PolicySettingSource",
        "QuantityChange",
        "StockLevel",
        "StockLevelDelta",
        "StockLevelEvent",
        "StockLevelPoint",
        "StockTotals",
        "Transfer",
        "TransferEvent",
        "TransferLine",
        "UnavailableUnits",
    ),
    Scope.ORDERS_READ: (
        "Reservation",
        "ReservationEvent",
        "ReservationHold",
        "ReservationLine",
        "ReservationShort",
    ),
    Scope.PURCHASING_READ: (
        "PolicySettings",
        "PurchaseLine",
        "PurchaseOrder",
        "PurchaseOrderEvent",
        "ReplenishmentNeed",
        "ReplenishmentPolicy",
        "StruckLine",
        "Supplier",
        "SupplierItem",
        "SupplierLeadTimes",
    ),
    Scope.COUNTING_READ: ("CountDue", "CountEntry", "CountLine", "CountScope", "CountSummary", "StockCount"),
    Scope.INSIGHTS_READ: (
        "AbcClassTotals",
        "AlertCountsDelta",
        "AlertCountsEvent",
        "InventoryInsight",
        "ReplenishmentAdvice",
        "ReplenishmentSimulation",
        "SimulationDay",
        "SimulationFigures",
        "StockAlert",
        "StockAlertAgeCount",
        "StockAlertCounts",
        "StockAlertEvent",
        "StockAlertTypeCount",
        "TopMover",
        "TopMoversEvent",
    ),
    Scope.WEBHOOKS_READ: ("Webhook", "WebhookDelivery"),
    Scope.ADMIN: ("ApiKey", "AuditEntry", "AuditPage", "Role", "TrustedDocument", "User"),
}

# What every area refers to. By its global id it needs what its root field needs.
_REFERENCES: Mapping[str, Scope] = {
    "Item": Scope.CATALOG_READ,
    "Location": Scope.CATALOG_READ,
    "Operation": Scope.STOCK_READ,
}

# Values of what returns them.
_VALUES = frozenset(
    {
        "Budget",
        "DeclinedNeed",
        "ItemLabel",
        "ItemLineResult",
        "LineResult",
        "OpenWork",
        "OrderReason",
        "PageInfo",
        "UserWarning",
        "Viewer",
    }
)
_LISTS = ("Connection", "Edge")  # the last words of their names
_WRAPPERS = (*_LISTS, "Payload", "Error")

# Fields that tell of other areas than that of their type, without returning an object of those.
FIELDS: Mapping[str, frozenset[Scope]] = {"WebhookDelivery.body": frozenset(EVENT_SCOPES.values())}

_AREA_OF = {name: scope for scope, names in AREAS.items() for name in names}


class Undeclared(TypeError):
    """Something in the schema has no scope; the message names it, and where to declare it."""


def declare_scopes(schema: strawberry.Schema) -> None:
    """Write the scope of every root field and object type into the schema; raise Undeclared."""
    core = core_schema(schema)
    roots = [root for root in (core.query_type, core.mutation_type, core.subscription_type) if root]
    for root in roots:
        _declare_fields(root)
    for type_ in core.type_map.values():
        if is_object_type(type_) and type_ not in roots and not type_.name.startswith("__"):
            _declare_type(type_)


def node_scope(type_name: str) -> Scope:
    """Return what reading an object of this type by its global id needs."""
    return _AREA_OF[type_name] if type_name in _AREA_OF else _REFERENCES[type_name]


def listed_types() -> frozenset[str]:
    """Return the names of all types in the tables."""
    return frozenset(_AREA_OF) | frozenset(_REFERENCES) | _VALUES


def _declare_fields(root: GraphQLObjectType) -> None:
    for name, field in root.fields.items():
        definition = field.extensions.get("strawberry-definition")
        declared = _declared(definition.directives if isinstance(definition, StrawberryField) else ())
        if declared is None:
            raise Undeclared(f"{root.name}.{name} has no scope: declare it with `scope=` in schema/root_types/.")
        field.extensions[SCOPE] = declared.scope


def _declared(directives: Iterable[object]) -> Requires | None:
    return next((each for each in directives if isinstance(each, Requires)), None)


def _declare_type(type_: GraphQLObjectType) -> None:
    name = type_.name
    for field_name, field in type_.fields.items():
        if scopes := FIELDS.get(f"{name}.{field_name}"):
            field.extensions[SCOPES] = tuple(sorted(scopes))
    if name.endswith(_LISTS):
        _declare_list(type_)
    elif name in _AREA_OF:
        type_.extensions[SCOPE] = type_.extensions[NODE_SCOPE] = _AREA_OF[name].value
    elif name in _REFERENCES:
        type_.extensions[NODE_SCOPE] = _REFERENCES[name].value
    elif name not in _VALUES and not name.endswith(_WRAPPERS):
        raise Undeclared(f"{name} has no scope: name it in a table of schema/declarations/scopes.py.")


def _declare_list(type_: GraphQLObjectType) -> None:
    """Declare what a connection or an edge needs: how many objects there are, and their cursors, tell of them."""
    field = type_.fields.get("nodes") or type_.fields["node"]
    scope = _AREA_OF.get(get_named_type(field.type).name)
    if scope is not None:
        type_.extensions[SCOPE] = scope.value
