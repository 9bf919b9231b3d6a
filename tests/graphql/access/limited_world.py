# ruff: noqa: ANN401 - JSON is of any type
"""A stocked shop of which a principal sees a part, and an input for every mutation, about what is where.

Rule: what is out of sight has numbers and names that nothing else has, so that they show wherever they leak.
"""

import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import httpx

from app.bootstrap import Application
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.idempotency import operation_id_of_key
from app.store.driver.client import Database
from app.web.error_codes import error_code
from app.web.graphql import Engine, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from schema.context import Context
from schema.root import schema
from tests.graphql.selections import asked_near, root_fields

LEAKS = re.compile(r"SECRET|\b77\d\d\b")  # the names and the units of what is out of sight
Input = dict[str, Any]


class Place(NamedTuple):
    """A location and an item, and another item of which there is less than its reorder point."""

    code: str
    sku: str
    low: str


HERE = Place("HERE", "TEA-1", "TEA-2")
THERE = Place("THERE", "TEA-1", "TEA-2")  # at a location out of sight
NOWHERE = Place("NOWHERE", "TEA-1", "TEA-2")
UNSEEN = Place("HERE", "CUP-1", "CUP-2")  # of a category out of sight
UNKNOWN = Place("HERE", "NONE-1", "NONE-2")
AT_HERE = Visibility(locations=frozenset({"HERE", "NEAR"}))
OF_TEA = Visibility(categories=frozenset({"tea"}))


def clerk(visibility: Visibility = EVERYTHING) -> Principal:
    """Return a key that may do everything but administer, as far as it sees."""
    return Principal(kind=PrincipalKind.KEY, name="clerk", scopes=ALL_SCOPES - {Scope.ADMIN}, visibility=visibility)


class Client:
    """Sends the operations of one principal."""

    def __init__(self, http: httpx.AsyncClient, context: Context) -> None:
        self.who = context.principal
        self._http = http
        self._context = context

    async def change(self, mutation: str, input: Input) -> Any:
        """Return the whole payload of a mutation."""
        answer = await self.send(_text(mutation), input=input)
        assert "errors" not in answer, answer["errors"]
        return answer["data"][mutation]

    async def send(self, query: str, **variables: Any) -> Any:
        """Return the answer to an operation."""
        _SENDER.set(self._context)
        response = await self._http.post("/graphql", json={"query": query, "variables": variables})
        return response.json()


_SENDER: ContextVar[Context] = ContextVar("sender")


def _context(_: object, request_id: str) -> Context:
    sender = _SENDER.get()
    return Context(services=sender.services, request_id=request_id, principal=sender.principal)


@asynccontextmanager
async def clients_of(application: Application, *principals: Principal) -> AsyncIterator[list[Client]]:
    """Return clients whose requests are those of principals, over an open application and with one cache of texts."""
    served = Engine(CompiledExecution(schema, Context.refresh), make_context=_context, map_error=error_code)
    transport = httpx.ASGITransport(GraphQLApp(served))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield [
            Client(http, Context(services=application.services_for(who.visibility), request_id="", principal=who))
            for who in principals
        ]


@cache
def _text(mutation: str) -> str:
    field = root_fields("Mutation")[mutation]
    (argument,) = field.args.values()
    return f"mutation ($input: {argument.type}) {{ {mutation}(input: $input) {asked_near(field, further=2)} }}"


class World:
    """Makes what mutations are about, in the name of who sees everything."""

    def __init__(self, boss: Client) -> None:
        self.boss = boss
        self._numbers = count(1)

    async def stock(self) -> None:
        """Fill the shop."""
        for code in ("HERE", "NEAR", "THERE", "FAR"):
            name = f"SECRET {code}" if code in ("THERE", "FAR") else code
            await self.made("locationUpsert", code=code, name=name)
        for sku, category in (("TEA-1", "Tea"), ("TEA-2", "Tea"), ("CUP-1", "Cups"), ("CUP-2", "Cups")):
            name = f"SECRET {sku}" if category == "Cups" else sku
            await self.made("itemUpsert", sku=sku, name=name, category=category, unitCost="1.50")
        for code, units in (("HERE", 500), ("NEAR", 500), ("THERE", 7_700), ("FAR", 7_701)):
            for sku, delta in (("TEA-1", units), ("CUP-1", 7_700)):
                await self.made("stockAdjust", sku=sku, location=code, delta=delta, reason="RECEIPT")
            for sku in ("TEA-2", "CUP-2"):
                await self.made("stockAdjust", sku=sku, location=code, delta=5, reason="RECEIPT")
                await self.made("stockLevelConfigure", sku=sku, location=code, reorderPoint=100)
        await self.made("supplierUpsert", code="ACME", name="Acme")
        for sku in ("TEA-1", "CUP-1"):
            await self.made("supplierItemUpsert", supplier="ACME", sku=sku, unitCost="1.00")

    async def made(self, mutation: str, **input: Any) -> Any:
        """Return the payload of a mutation that is accepted."""
        payload = await self.boss.change(mutation, input)
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    @property
    def number(self) -> int:
        """A number that was not used before."""
        return next(self._numbers)

    async def reservation(self, at: Place, *, step: str | None = None) -> str:
        """Return the id of an order at a place."""
        if at.code == "NOWHERE":
            return nobody("Reservation")
        line = {"sku": at.sku, "location": at.code, "quantity": 3}
        payload = await self.made("reservationCreate", lines=[line], reference=f"web {self.number}")
        identity: str = payload["reservation"]["id"]
        if step is not None:
            await self.made(step, id=identity)
        return identity

    async def fulfilled(self, at: Place) -> Input:
        """Return the ids of an order that was fulfilled, and of the fulfilment."""
        identity = await self.reservation(at)
        if at.code == "NOWHERE":
            return {"id": identity, "operation": nobody("Operation")}
        payload = await self.made("reservationFulfill", id=identity)
        return {"id": identity, "operation": payload["operation"]["id"]}

    async def transfer(self, at: Place, *, arrives: bool = False, ships: bool = False) -> str:
        """Return the id of a transfer from a place, or to it; of one out of sight, neither end is visible."""
        if at.code == "NOWHERE":
            return nobody("Transfer")
        other = "FAR" if at.code == "THERE" else "THERE"
        source, destination = (other, at.code) if arrives else (at.code, other)
        lines = [{"sku": at.sku, "quantity": 2}]
        payload = await self.made(
            "transferCreate", source=source, destination=destination, lines=lines, reference=f"lorry {self.number}"
        )
        identity: str = payload["transfer"]["id"]
        if ships:
            await self.made("transferShip", id=identity)
        return identity

    async def lost(self, at: Place) -> Input:
        """Return the ids of a transfer to a place whose units were lost, and of the receipt."""
        identity = await self.transfer(at, arrives=True, ships=True)
        if at.code == "NOWHERE":
            return {"id": identity, "operation": nobody("Operation")}
        payload = await self.made("transferReceive", id=identity, lines=[], isComplete=True, shortReason="LOST")
        return {"id": identity, "operation": payload["operation"]["id"]}

    async def order(self, at: Place, *, submitted: bool = False) -> Input:
        """Return the id and version of a purchase order."""
        if at.code == "NOWHERE":
            return {"id": nobody("PurchaseOrder"), "expectedVersion": 1}
        lines = [{"sku": at.sku, "quantity": 4}]
        payload = await self.made("purchaseOrderCreate", supplier="ACME", location=at.code, lines=lines)
        identity, version = (payload["purchaseOrder"][name] for name in ("id", "version"))
        if submitted:
            await self.made("purchaseOrderSubmit", id=identity, expectedVersion=version)
        return {"id": identity, "expectedVersion": version}

    async def received(self, at: Place) -> Input:
        """Return the ids of a purchase order, and of its receipt."""
        order = await self.order(at, submitted=True)
        if at.code == "NOWHERE":
            return {"id": order["id"], "receipt": nobody("Operation")}
        payload = await self.made("purchaseOrderReceive", id=order["id"])
        return {"id": order["id"], "receipt": payload["operation"]["id"]}

    async def counting(self, at: Place) -> str:
        """Return the id of an open count in which an item was counted."""
        if at.code == "NOWHERE":
            return nobody("StockCount")
        payload = await self.made("countOpen", location=at.code, scope={"skus": [at.low]})
        identity: str = payload["count"]["id"]
        await self.made("countRecord", id=identity, lines=[{"sku": at.low, "quantity": 5}])
        return identity

    async def alert(self, at: Place) -> str:
        """Return the id of the open alert of an item at a place."""
        query = "query ($filter: StockAlertFilter) { alerts(filter: $filter) { nodes { id } } }"
        answer = await self.boss.send(query, filter={"skus": [at.low], "locations": [at.code]})
        found = answer["data"]["alerts"]["nodes"]
        return found[0]["id"] if found else nobody("StockAlert")

    async def webhook(self, at: Place, mine: Client) -> str:
        """Return the id of a webhook: of a principal who sees a place, or of one who sees all."""
        if at.code == "NOWHERE":
            return nobody("Webhook")
        asked = {"url": f"https://partner.example/{self.number}", "events": ["LEVEL_CHANGED"]}
        payload = await (mine if at is HERE else self.boss).change("webhookCreate", asked)
        identity: str = payload["webhook"]["id"]
        return identity


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The shop, and clients of a key that sees all of it, a part of the locations, and a part of the items."""

    world: World
    application: Application
    database: Database
    wide: Client
    at_here: Client
    of_tea: Client

    async def has_recorded(self, key: str) -> bool:
        """Tell whether a request of the key was recorded, in whatever collection."""
        identity = operation_id_of_key(actor=self.wide.who.actor, key=key)
        alone = await self.database["operations"].find_one({"_id": identity})
        return bool(alone or await self.database["movements"].find_one({"operation": identity}))


def nobody(type_name: str) -> str:
    """Return a global id of which there is nothing."""
    return base64.b64encode(f"{type_name}:{'0' * 32}".encode()).decode()


def without_names(payload: Any, at: Place, input: Input) -> Any:
    """Return a payload without what its request names, so that those of two places can be compared."""
    text = json.dumps(payload)
    named = {at.code, at.sku, at.low, *_ids(input)}
    for name in sorted(named, key=len, reverse=True):
        text = text.replace(name, "X")
    return json.loads(text)


def _ids(input: Input) -> Iterable[str]:
    for name in ("id", "operation", "receipt"):
        if name in input:
            yield input[name]
            yield base64.b64decode(input[name]).decode().partition(":")[2]


def leaks_of(payload: Any, *, named: Iterable[str] = ()) -> list[str]:
    """Return what of a payload is out of sight, apart from what was named."""
    text = json.dumps(payload)
    for name in named:
        text = text.replace(name, "")
    return LEAKS.findall(text)


def _line(at: Place, **said: Any) -> Input:
    return {"sku": at.sku, "location": at.code, **said}


async def _cleared(world: World, at: Place) -> Input:
    if at.code != "NOWHERE":
        await world.made("replenishmentPolicySet", scope="LOCATION", name=at.code, reorderPoint=3)
    return {"scope": "LOCATION", "name": at.code}


async def _snoozed(world: World, at: Place) -> Input:
    level = {"sku": at.low, "location": at.code}
    if at.code != "NOWHERE" and not at.low.startswith("NONE"):
        await world.made("replenishmentNeedSnooze", **level, until=_tomorrow())
    return level


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


Case = Callable[[World, Place, Client], Awaitable[Input]]


def _plain(build: Callable[[Place], Input]) -> Case:
    async def case(_: World, at: Place, __: Client) -> Input:
        return build(at)

    return case


def _about(build: Callable[[World, Place], Awaitable[Any]], **said: Any) -> Case:
    """Return the case of a mutation about something, by its id or by several."""

    async def case(world: World, at: Place, _: Client) -> Input:
        found = await build(world, at)
        return {**(found if isinstance(found, dict) else {"id": found}), **said}

    return case


def _hook(**said: Any) -> Case:
    async def case(world: World, at: Place, mine: Client) -> Input:
        return {"id": await world.webhook(at, mine), **said}

    return case


# Mutations that change what has a location or an item each.
LEVELS: Mapping[str, Case] = {
    "stockAdjust": _plain(lambda at: _line(at, delta=1, reason="CORRECTION")),
    "stockSet": _plain(lambda at: _line(at, quantity=400, force=True)),
    "stockAdjustMany": _plain(lambda at: {"lines": [_line(at, delta=1, reason="CORRECTION")]}),
    "stockSetMany": _plain(lambda at: {"lines": [_line(at, quantity=400, force=True)]}),
    "stockReclassify": _plain(lambda at: _line(at, quantity=1, to="DAMAGED")),
    "stockWriteOff": _plain(lambda at: _line(at, quantity=1, reason="DAMAGED")),
    "stockLevelConfigure": _plain(lambda at: _line(at, reorderPoint=2)),
    "saleRecord": _plain(lambda at: {"location": at.code, "lines": [{"sku": at.sku, "quantity": 1}]}),
    "alertAcknowledge": _about(World.alert),
    "alertSnooze": _about(World.alert, until=_tomorrow()),
    "replenishmentNeedSnooze": _plain(lambda at: {"sku": at.low, "location": at.code, "until": _tomorrow()}),
    "replenishmentNeedResume": _about(_snoozed),
}
# Mutations that change what has a location.
LOCATIONS: Mapping[str, Case] = {
    "locationUpsert": _plain(lambda at: {"code": at.code, "name": "Other", "priority": 5}),
    "locationArchive": _plain(lambda at: {"code": at.code, "isArchived": False}),
    "reservationCreate": _plain(lambda at: {"lines": [_line(at, quantity=1)]}),
    "reservationExtend": _about(World.reservation, ttlSeconds=600),
    "reservationRelease": _about(World.reservation),
    "reservationFulfill": _about(World.reservation),
    "reservationUpdate": _about(World.reservation, lines=[{"sku": "TEA-1", "location": "HERE", "quantity": 1}]),
    "reservationMove": _about(World.reservation, location="NEAR", lines=[{"sku": "TEA-1", "quantity": 1}]),
    "reservationFulfillmentReverse": _about(World.fulfilled),
    "transferCreate": _plain(
        lambda at: {"source": at.code, "destination": "NEAR", "lines": [{"sku": at.sku, "quantity": 1}]}
    ),
    "transferShip": _about(World.transfer),
    "transferReceive": _about(lambda world, at: world.transfer(at, arrives=True, ships=True)),
    "transferLossReverse": _about(World.lost),
    "transferCancel": _about(World.transfer),
    "purchaseOrderCreate": _plain(
        lambda at: {"supplier": "ACME", "location": at.code, "lines": [{"sku": at.sku, "quantity": 1}]}
    ),
    "purchaseOrderUpdate": _about(World.order, lines=[{"sku": "TEA-1", "quantity": 6}]),
    "purchaseOrderSubmit": _about(World.order),
    "purchaseOrderConfirm": _about(_submitted := (lambda world, at: _id_of(world.order(at, submitted=True)))),
    "purchaseOrderReceive": _about(_submitted),
    "purchaseOrderReceiptReverse": _about(World.received),
    "purchaseOrderCancel": _about(lambda world, at: _id_of(world.order(at))),
    "countOpen": _plain(lambda at: {"location": at.code, "scope": {"skus": [at.low]}}),
    "countRecord": _about(World.counting, lines=[{"sku": "TEA-2", "quantity": 5}]),
    "countPost": _about(World.counting),
    "countCancel": _about(World.counting),
    "replenishmentPolicySet": _plain(lambda at: {"scope": "LOCATION", "name": at.code, "reorderPoint": 3}),
    "replenishmentPolicyClear": _about(_cleared),
    "webhookUpdate": _hook(description="Other"),
    "webhookRotateSecret": _hook(),
    "webhookRedeliver": _hook(since=datetime.now(UTC).isoformat()),
    "webhookDelete": _hook(),
}
# Mutations that change what has an item. They name an item that exists only if it is visible.
ITEMS: Mapping[str, Case] = {
    "itemUpsert": _plain(lambda at: {"sku": at.sku, "tags": ["new"]}),
    "itemsUpsertMany": _plain(lambda at: {"items": [{"sku": at.sku, "tags": ["new"]}]}),
    "itemArchive": _plain(lambda at: {"sku": at.sku, "isArchived": False}),
    "supplierItemUpsert": _plain(lambda at: {"supplier": "ACME", "sku": at.sku, "unitCost": "1.10"}),
    "supplierItemRemove": _plain(lambda at: {"supplier": "ACME", "sku": at.sku}),
}
# Mutations of what all see, or that concern no more than the caller sees.
ANYWHERE: Mapping[str, Case] = {
    "supplierUpsert": _plain(lambda _: {"code": "ACME", "name": "Acme"}),
    "supplierArchive": _plain(lambda _: {"code": "ACME", "isArchived": False}),
    "replenishmentRun": _plain(lambda _: {}),
    "webhookCreate": _plain(lambda _: {"url": "https://partner.example/", "events": ["LEVEL_CHANGED"]}),
}


async def _id_of(order: Awaitable[Input]) -> Input:
    return {"id": (await order)["id"]}
