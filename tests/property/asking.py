"""The API over a shop that a game has filled, for principals who see everything or a part; no worker changes it."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.bootstrap.readers import Readers, reads_over
from app.bootstrap.shared import Shared, shared_over
from app.bootstrap.use_cases import limited_use_cases, use_cases_over
from app.bootstrap.workers import Replenishing
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.catalog.catalog import OversellPolicy
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.use_cases import Services
from app.services.webhooks.webhooks import Webhooks
from app.store.driver.client import Database
from app.store.queues.deliveries import MongoDeliveries
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.transport.documents.cache import DocumentCache
from app.web.graphql.transport.execution import Execution
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.request import GraphQLRequest
from schema.context import Context
from schema.declarations.scopes import SCOPE
from schema.root import schema
from tests.property.asked_queries import CORE, Asked
from tests.property.game import HOT, POLICY, Game
from tests.property.order_calls import SUPPLIERS
from tests.property.random_calls import CODES, SKUS
from tests.property.visibility_oracle import Oracle, Seen, as_object, named_by
from tests.support.alerts import set_policy
from tests.support.replenishment import given_supplier
from tests.support.reservations import a_line, anywhere, reserve
from tests.support.scene import adjust, given_catalog, request_info
from tests.support.store import Store

BOUNDLESS = Limits(max_depth=100, max_tokens=10**6, max_fields=10**6, max_aliases=10**6, max_document_characters=10**7)
STEPS = 120  # of the game
_LISTS = sorted(
    name
    for name, each in CORE.query_type.fields.items()
    if str(each.type).endswith("Connection!") and each.extensions[SCOPE] is not Scope.ADMIN
)


class Shop(Game):
    """A game that fills a shop in the database."""

    def __init__(self, store: Store) -> None:
        super().__init__(0)
        self._store = store

    async def fill(self) -> None:
        """Play."""
        store = self._store
        await given_catalog(store, *HOT)
        for code in SUPPLIERS:
            await given_supplier(store, code=code)
        for sku, category in zip(SKUS, ("Drinks", "Cups", None), strict=True):
            await store.shop.change_item(ItemChange(sku=sku, category=category), request=request_info())
        for key in HOT:
            await adjust(store, key, 20, reason=MovementReason.RECEIPT)
            await set_policy(store, key, POLICY, reorder_point=8)
        for _ in range(STEPS):
            store.clock.move(seconds=1)
            await self._step(store, (no_sweep,))
        await self._end()
        for sku, category in zip(SKUS, ("Drinks", "Cups", None), strict=True):
            change = ItemChange(sku=sku, category=category, unit_cost=Decimal("1.50") if category else None)
            await store.shop.change_item(change, request=request_info())

    async def _end(self) -> None:
        """Leave what a game may not: orders that are short and name several locations, and units oversold."""
        store = self._store
        for code in CODES:
            await store.shop.archive_location(code, is_archived=False, request=request_info())
            allows = OversellPolicy.ALLOW
            await store.shop.upsert_location(code, priority=7, oversell_policy=allows, request=request_info())
        for sku in SKUS:
            await store.shop.archive_item(sku, is_archived=False, request=request_info())
            for code in CODES:
                await adjust(store, LevelKey(sku, code), 30, reason=MovementReason.RECEIPT)
            await reserve(store, a_line(LevelKey(sku, CODES[0]), 1), a_line(LevelKey(sku, CODES[1]), 1))
            await reserve(store, anywhere(sku, 1), locations=list(CODES[:2]))
            await reserve(store, anywhere(sku, 1), locations=list(CODES[1:]))
            for code in CODES:
                await store.stock.record_sale(
                    code, [SaleLine(sku=sku, quantity=2_000)], channel="till", request=request_info()
                )


async def no_sweep() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Asking:
    """The API over a filled shop, for any principal; and the truth about it."""

    services: Services
    limited: Any
    execution: CompiledExecution
    plain: Execution
    documents: DocumentCache
    categories: Mapping[str, str | None]
    reservations: Mapping[str, frozenset[str]]
    operations: Mapping[str, Any]
    names: Mapping[str, Sequence[Any]]

    async def ask(self, text: str, seen: Seen | None = None) -> tuple[Any, list[str]]:
        """Return data, and the codes of errors; of everything without `seen`."""
        visibility = EVERYTHING if seen is None else Visibility(locations=seen.locations, categories=seen.categories)
        principal = Principal(kind=PrincipalKind.KEY, name="key", scopes=ALL_SCOPES, visibility=visibility)
        services = self.limited(visibility) if visibility.is_limited else self.services
        execution = self.plain if seen is None else self.execution
        context = Context(services=services, request_id="1", principal=principal)
        document = self.documents.get(f"{{ {text} }}")
        done = await execution.perform(document, GraphQLRequest(f"{{ {text} }}"), context)
        return done.data, [repr(error.original_error or error) for error in done.errors or ()]

    def oracle(self, seen: Seen) -> Oracle:
        """Return what says what a principal is to be answered."""
        return Oracle(seen, self.categories, self.reservations, self.operations)


class Idle:
    """Stands for what does nothing while queries are asked."""

    def __getattr__(self, name: str) -> "Idle":
        return self

    async def release_expired(self) -> bool:
        """Say that no reservation has expired."""
        return False


async def opened(database: Database, store: Store, stack: AsyncExitStack) -> Asking:
    """Open the API over a shop, without the workers that would change it."""
    readers, clock = Readers.over(database), store.clock
    whole_reads = reads_over(readers, database=database, clock=clock, deliveries=MongoDeliveries(database))
    idle: Any = Idle()
    shared: Shared = shared_over(
        whole_reads,
        stack=stack,
        database=database,
        clock=clock,
        growth=idle,
        expiry=idle,
        replenishing=Replenishing.over(readers, database=database, bus=idle, clock=clock),
        replenishment_worker=idle,
        trusted_documents=idle,
        audit_log=idle,
        access=idle,
        own_password=idle,
        webhooks_over=lambda bus, reads: Webhooks(
            bus=bus,
            documents=reads.documents,
            deliveries=reads.deliveries,
            clock=clock,
            entropy=bytes,
            sealing=idle,
            allow_private=True,
        ),
    )
    services = use_cases_over(shared, client_bus=idle, worker_bus=idle, live=idle)
    items = await database["items"].find().to_list(None)
    categories = {item["_id"]: item.get("category") for item in items}
    operations: dict[str, Any] = {}
    for line in await database["movements"].find().to_list(None):
        levels, _ = operations.setdefault(global_id("Operation", line["operation"]), ([], []))
        levels.append((line["sku"], line["location"]))
    for stored in await database["operations"].find().to_list(None):
        _, documents = operations.setdefault(global_id("Operation", stored["_id"]), ([], []))
        documents += [as_object(kind, each, categories) for kind, each in stored.get("documents", ())]
    reservations = await database["reservations"].find().to_list(None)
    asking = Asking(
        services=services,
        limited=limited_use_cases(shared, client_bus=idle, worker_bus=idle, live_over=lambda *_: idle),
        execution=CompiledExecution(schema, Context.refresh),
        plain=Execution(schema),
        documents=DocumentCache(schema, BOUNDLESS),
        categories=categories,
        reservations={global_id("Reservation", each["_id"]): named_by(each) for each in reservations},
        operations=operations,
        names={},
    )
    ids = await ids_of(asking)
    of_types: dict[str, list[str]] = {}
    for each in ids:
        of_types.setdefault(f"id of {b64decode(each).decode().partition(':')[0]}", []).append(each)
    return replace(asking, names={**NAMES, **of_types, "id": ids, "ids": ids, "ID": ids})


def global_id(type_name: str, identity: str) -> str:
    """Return a global id, as clients see it."""
    return b64encode(f"{type_name}:{identity}".encode()).decode()


async def ids_of(asking: Asking) -> list[str]:
    """Return the ids of everything that is listed, and of all operations."""
    found = list(asking.operations)
    for name in _LISTS:
        node_type = Asked(name, name, CORE.query_type.fields[name].type).node_type
        if "id" in node_type.fields:
            data, errors = await asking.ask(f"{name}(first: 250) {{ nodes {{ id }} }}")
            assert not errors
            found += [node["id"] for node in data[name]["nodes"]]
    return found


NAMES: Mapping[str, Sequence[Any]] = {
    "sku": SKUS,
    "skus": SKUS,
    "skuPrefix": ["T", "CU", "Z"],
    "location": CODES,
    "locations": CODES,
    "source": CODES,
    "destination": CODES,
    "code": [*CODES, *SUPPLIERS],
    "supplier": SUPPLIERS,
    "idempotencyKey": ["client-0-0-1"],
    "category": ["Drinks", "cups"],
    "beginning": ["", "d", "NEW"],
    "tags": ["new"],
    "barcode": ["1", "2", "3"],
    "search": ["T", "thing", "POT", "Drinks"],
    "days": [1, 30, 90, 365],
    "everyDays": [1, 30],
    "serviceLevel": [0.9],
    "holdingRate": [0.2],
    "String": ["client-0-0-1", "x"],
    "Boolean": [True, False],
    "Int": [1, 5],
    "Float": [0.5],
    "DateTime": ["2025-10-09T08:55:00Z", "2025-10-09T08:56:30Z", "2030-01-01T00:00:00Z"],
    "Date": ["2025-10-09"],
}
