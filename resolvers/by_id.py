"""One object by its global id."""

import asyncio
from collections.abc import Awaitable, Callable

from strawberry import relay
from strawberry.relay import GlobalIDValueError

from app.domain.failures import BadArgument, MissingScope
from app.domain.folding import decomposed
from app.domain.idempotency import operation_id_of_key
from app.services.paging import MAX_PAGE_SIZE
from resolvers import access, alerts, catalog, reservations, transfers, webhooks
from resolvers import counting as counts
from resolvers.purchasing import purchase_orders, suppliers
from resolvers.replenishment import policies
from resolvers.stock import levels as stock
from schema.arguments import Id, IdempotencyKey, Ids
from schema.context import Info
from schema.declarations.scopes import node_scope
from schema.selections.excerpts import extent_asked
from schema.types.access import ApiKey, Role, User
from schema.types.alerts import StockAlert
from schema.types.catalog import Item, Location
from schema.types.counting.count import StockCount
from schema.types.identity import type_name_of
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.purchasing.supplier import Supplier, SupplierItem
from schema.types.replenishment.policy import ReplenishmentPolicy
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Movement, Operation, movement_key
from schema.types.stock.level import StockLevel, level_key
from schema.types.transfers import Transfer
from schema.types.webhooks import Webhook, WebhookDelivery


async def node(info: Info, id: Id) -> relay.Node | None:
    """Return one node. Raises BadArgument where the id is not of this API, MissingScope for a type of another area."""
    identity = _parsed(id)
    type_name = type_name_of(identity)
    needed = node_scope(type_name)
    if needed not in info.context.principal.scopes:  # what the id names is no part of the document
        raise MissingScope(needed, subject=type_name)
    return await _FINDERS[type_name](info, identity.node_id)


async def nodes(info: Info, ids: Ids) -> list[relay.Node | None]:
    """Return nodes in the order of their ids. Raises BadArgument and MissingScope."""
    if len(ids) > MAX_PAGE_SIZE:
        raise BadArgument(f"At most {MAX_PAGE_SIZE} ids, not {len(ids)}.")
    return await asyncio.gather(*(node(info, each) for each in ids))


async def operation(info: Info, id: Id) -> Operation | None:
    """Return one operation. Raises BadArgument where the id is not of an operation."""
    identity = _parsed(id)
    if identity.type_name != Operation.__name__:
        raise BadArgument(f"{id!r} is no id of an operation.")
    return await _operation(info, identity.node_id)


async def operation_by_key(info: Info, idempotency_key: IdempotencyKey) -> Operation | None:
    """Return the operation that the caller recorded under a key."""
    for key in dict.fromkeys((idempotency_key, decomposed(idempotency_key))):  # an earlier version kept it as sent
        if found := await _operation(info, operation_id_of_key(actor=info.context.principal.actor, key=key)):
            return found
    return None


def _parsed(id: str) -> relay.GlobalID:
    try:
        identity = relay.GlobalID.from_id(id)
    except GlobalIDValueError as error:
        raise BadArgument(f"{id!r} is no id of this API.") from error
    if type_name_of(identity) not in _FINDERS:
        raise BadArgument(f"{id!r} is no id of this API.")
    return identity


async def _operation(info: Info, identity: str) -> Operation | None:
    found = await info.context.loaders.operation(identity, extent_asked(info, Operation.__name__))
    return None if found is None else Operation.from_domain(found)


async def _level(info: Info, identity: str) -> StockLevel | None:
    key = level_key(identity)
    return await stock.level(info, key.sku, key.location) if key else None


async def _movement(info: Info, identity: str) -> Movement | None:
    key = movement_key(identity)
    found = key and await info.context.loaders.movement_by_version.load(key)
    return Movement.from_domain(found) if found else None


_FINDERS: dict[str, Callable[[Info, str], Awaitable[relay.Node | None]]] = {
    Item.__name__: catalog.item,
    Location.__name__: catalog.location,
    StockLevel.__name__: _level,
    Movement.__name__: _movement,
    Operation.__name__: _operation,
    StockCount.__name__: counts.count_of,
    Reservation.__name__: reservations.reservation_of,
    Transfer.__name__: transfers.transfer_of,
    ReplenishmentPolicy.__name__: policies.policy_of,
    Webhook.__name__: webhooks.webhook_of,
    WebhookDelivery.__name__: webhooks.delivery_of,
    Supplier.__name__: suppliers.supplier,
    SupplierItem.__name__: suppliers.offer_of,
    PurchaseOrder.__name__: purchase_orders.purchase_order_of,
    StockAlert.__name__: alerts.alert_of,
    ApiKey.__name__: access.api_key,
    User.__name__: access.user,
    Role.__name__: access.role,
}
