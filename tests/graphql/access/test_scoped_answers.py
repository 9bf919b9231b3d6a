# ruff: noqa: ANN401 - JSON is of any type
"""Whatever is asked for, no answer holds an object of an area that its principal may not read: drawn at random."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import httpx
import pytest
from graphql import get_named_type, is_abstract_type, is_leaf_type, is_required_argument

from app.bootstrap import open_application
from app.domain.access.scope import ALL_SCOPES, Scope
from app.store.driver.client import Database
from app.web.error_codes import error_code
from app.web.graphql import Engine, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from schema.context import Context
from schema.declarations.scopes import SCOPE
from schema.root import schema
from tests.graphql.access.gate import CORE, missing, principal
from tests.graphql.api import Api, settings_of
from tests.graphql.operations import seed
from tests.support.access import Administration

ROUNDS = 60
DEPTH = 4
SCENE = """
mutation {
  a: supplierUpsert(input: {code: "ACME", name: "Acme", leadTimeDays: 3}) { userErrors { message } }
  b: supplierItemUpsert(input: {supplier: "ACME", sku: "TEA-1"}) { userErrors { message } }
  c: purchaseOrderCreate(input: {supplier: "ACME", location: "MAIN", lines: [{sku: "TEA-1", quantity: 5}]}) {
    userErrors { message }
  }
  d: reservationCreate(input: {lines: [{sku: "TEA-1", location: "MAIN", quantity: 1}]}) { userErrors { message } }
  e: transferCreate(input: {source: "MAIN", destination: "NORTH", lines: [{sku: "TEA-1", quantity: 1}]}) {
    userErrors { message }
  }
  f: countOpen(input: {location: "MAIN"}) { userErrors { message } }
  g: webhookCreate(input: {url: "https://shop.example", events: [LEVEL_CHANGED]}) { userErrors { message } }
}
"""


def drawn(random: Random, type_: Any, depth: int = DEPTH) -> str:
    """Return a selection of an object with its type, without arguments, and of an interface with what it may be."""
    if is_abstract_type(type_):
        possible = random.sample(CORE.get_possible_types(type_), 2)
        return f"{{ __typename {' '.join(f'... on {each.name} {drawn(random, each, depth)}' for each in possible)} }}"
    parts = ["__typename"]
    fields = [name for name, field in type_.fields.items() if not any(map(is_required_argument, field.args.values()))]
    for name in random.sample(fields, min(len(fields), 4 if depth < DEPTH else 2)):
        below = get_named_type(type_.fields[name].type)
        if is_leaf_type(below):
            parts.append(name)
        elif depth:
            parts.append(f"{name} {drawn(random, below, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"


class Shop:
    """A stocked shop, whose next request is one of a principal with these scopes."""

    def __init__(self) -> None:
        self.granted: frozenset[Scope] = frozenset()
        self.api: Api


@pytest.fixture(scope="module")
async def shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Shop]:
    """Return a shop that is not changed by anything else."""
    await seed(lasting_database)
    shop = Shop()
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    await Administration(settings).key(principal().name)  # a webhook belongs to a key that there is
    async with open_application(settings) as application:

        def context(_: object, request_id: str) -> Context:
            who = principal(*shop.granted)
            return Context(services=application.services, request_id=request_id, principal=who)

        served = Engine(CompiledExecution(schema, Context.refresh), make_context=context, map_error=error_code)
        transport = httpx.ASGITransport(GraphQLApp(served))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            shop.api = Api(client)
            shop.granted = ALL_SCOPES
            assert [each["userErrors"] for each in (await shop.api.run(SCENE)).values()] == [[]] * 7
            yield shop


def types_in(value: Any) -> Iterator[str]:
    """Yield the types of all objects in an answer."""
    if isinstance(value, list):
        for each in value:
            yield from types_in(each)
    elif isinstance(value, dict):
        if "__typename" in value:
            yield value["__typename"]
        for each in value.values():
            yield from types_in(each)


async def test_no_answer_holds_more_than_the_scopes_that_its_document_needs(shop: Shop) -> None:
    """With exactly these it is answered, by objects of these areas; without any one of them it is refused."""
    random, shown = Random(7), Counter[str]()  # noqa: S311 - to be repeated
    for _ in range(ROUNDS):
        document = drawn(random, CORE.query_type)
        needed = {Scope(scope) for scope, _ in missing(document)}
        if Scope.ADMIN in needed:
            continue
        shop.granted = frozenset(needed)
        answer = (await shop.api.post(document)).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"COST_EXCEEDED"}, answer
        found = {CORE.type_map[name].extensions.get(SCOPE) for name in types_in(answer.get("data"))} - {None}
        assert found <= needed, (document, answer)
        shown.update(found)
        for lost in needed:
            shop.granted = frozenset(needed - {lost})
            [error] = (await shop.api.post(document)).json()["errors"]
            assert (error["extensions"]["code"], error["extensions"]["scope"]) == ("FORBIDDEN", lost)
    assert shown.keys() >= {scope for scope in Scope if scope.endswith(":read") and scope != "catalog:read"}, shown
