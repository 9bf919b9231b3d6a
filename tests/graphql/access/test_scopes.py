"""What a scope lets in, and every way around it: over HTTP and websocket, before anything is executed."""

import json
from typing import Any

import pytest
from graphql import get_named_type
from msgspec import structs

from app.bootstrap import open_application
from app.domain.access.role import BUILT_IN_SCOPES
from app.domain.access.scope import Scope, expanded
from app.store.driver.client import Database
from app.web.graphql import GraphQLApp
from schema.declarations.scopes import NODE_SCOPE, SCOPE
from schema.types.identity import global_id
from tests.graphql.access.gate import CORE, Cell, api_of, cells, client, engine, missing, principal
from tests.graphql.api import settings_of
from tests.graphql.selections import types_with_id
from tests.support.access import Administration
from tests.web.toy import dial, hear, serve, subscribe

CELLS = list(cells())
WRITES_OF = {  # the areas that each role may change, which no table of the code is asked for
    "viewer": set[str](),
    "clerk": {"stock", "orders"},
    "counter": {"counting"},
    "buyer": {"purchasing", "insights"},
    "manager": {"catalog", "stock", "orders", "purchasing", "counting", "insights", "webhooks"},
    "admin": {"catalog", "stock", "orders", "purchasing", "counting", "insights", "webhooks", "admin"},
}


def lacks(cell: Cell, role: str) -> set[str]:
    """Return the scopes that a role needs for a cell, and does not have."""
    needed = {cell.field.extensions[SCOPE], get_named_type(cell.field.type).extensions.get(SCOPE)} - {None}
    return needed - expanded(BUILT_IN_SCOPES[role])


@pytest.mark.complaint("M4")
@pytest.mark.parametrize("role", BUILT_IN_SCOPES)
def test_a_role_passes_the_gate_of_its_fields_only(role: str) -> None:
    """Every cell of the matrix: a field for which the role lacks a scope names that scope, any other passes."""
    for cell in CELLS:
        found = missing(cell.text, *BUILT_IN_SCOPES[role])
        assert {scope for scope, _ in found} == lacks(cell, role), cell.path
        assert {field for _, field in found} <= {cell.path.partition(".")[2]}
    writes = {cell.field.extensions[SCOPE] for cell in CELLS if cell.path.startswith("Mutation.")} - {None}
    changed = {scope.partition(":")[0] for scope in writes if scope in expanded(BUILT_IN_SCOPES[role])}
    assert changed == WRITES_OF[role] & {scope.partition(":")[0] for scope in writes}


@pytest.mark.parametrize("role", BUILT_IN_SCOPES)
async def test_both_transports_refuse_what_the_gate_refuses(role: str) -> None:
    """FORBIDDEN with 403 over HTTP, as an error message on a websocket; no use case is reached."""
    refused = [cell for cell in CELLS if lacks(cell, role)]
    scopes = BUILT_IN_SCOPES[role]
    async with client(*scopes) as http, serve(GraphQLApp(engine(*scopes))) as (_, port), dial(port) as socket:
        for cell in refused:
            expected = sorted(lacks(cell, role))
            response = await http.post("/graphql", json={"query": cell.text})
            assert (response.status_code, response.json().keys()) == (403, {"errors"}), cell.path
            assert told(response.json()["errors"]) == expected
            await subscribe(socket, cell.text)
            message = await hear(socket)
            assert message["type"] == "error", cell.path
            assert told(message["payload"]) == expected


def told(errors: list[Any]) -> list[str]:
    """Return the missing scopes of FORBIDDEN errors."""
    assert {error["extensions"]["code"] for error in errors} == {"FORBIDDEN"}
    return sorted(error["extensions"]["scope"] for error in errors)


SUPPLIERS = "suppliers { nodes { id } }"
OFFERS = "offers { nodes { id } }"
BY_NAME = '{ item(sku: "A") { ... on Node { ... on Item { offers { nodes { id } } } } } }'
SALE = "mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { movements { id } } }"
NODES = "{ nodes(ids: []) { ...F } } fragment F on Node { id ... on Operation { id } }"
OWN = '{ operationByKey(idempotencyKey: "k") { movements { nodes { id } } } }'

# By its name: the operation, the scopes at hand, the one that is missing, and the field that needs it.
WAYS: dict[str, tuple[str, list[Scope], tuple[str, str]]] = {
    "alias": (f"{{ a: {SUPPLIERS} }}", [], ("purchasing:read", "a")),
    "fragment": (f"{{ ...F }} fragment F on Query {{ {SUPPLIERS} }}", [], ("purchasing:read", "suppliers")),
    "inline fragments": (f"{{ ... on Query {{ ... {{ {SUPPLIERS} }} }} }}", [], ("purchasing:read", "suppliers")),
    "skipped": ("{ suppliers @skip(if: true) { nodes { id } } }", [], ("purchasing:read", "suppliers")),
    "nested": (
        f'{{ item(sku: "A") {{ {OFFERS} }} }}',
        [Scope.CATALOG_READ],
        ("purchasing:read", "item.offers"),
    ),
    "through an interface": (BY_NAME, [Scope.CATALOG_READ], ("purchasing:read", "item.offers")),
    "edges": (
        "{ items { edges { node { x: offers { edges { node { id } } } } } } }",
        [Scope.CATALOG_READ],
        ("purchasing:read", "items.edges.node.x"),
    ),
    "payload": (SALE, [Scope.ORDERS_WRITE], ("stock:read", "saleRecord.movements")),
    "node": ('{ node(id: "x") { ... on Supplier { name } } }', [], ("purchasing:read", "node")),
    "node of a reference": ('{ node(id: "x") { ... on Item { sku } } }', [], ("catalog:read", "node")),
    "nodes": (NODES, [], ("stock:read", "nodes")),
    "orders of a level": (
        "{ stockLevels { nodes { shortReservations { nodes { id } } } } }",
        [Scope.STOCK_READ],
        ("orders:read", "stockLevels.nodes.shortReservations"),
    ),
    "event": (
        "subscription { stockLevels { level { alerts { id } } } }",
        [Scope.STOCK_READ],
        ("insights:read", "stockLevels.level.alerts"),
    ),
    "message of a webhook": (
        "{ webhookDeliveries { nodes { body } } }",
        [Scope.WEBHOOKS_READ, Scope.STOCK_READ, Scope.ORDERS_READ, Scope.INSIGHTS_READ],
        ("purchasing:read", "webhookDeliveries.nodes.body"),
    ),
    "number of a nested list": (
        '{ item(sku: "A") { offers { totalCount } } }',
        [Scope.CATALOG_READ],
        ("purchasing:read", "item.offers"),
    ),
    "own operation": (OWN, [], ("stock:read", "operationByKey.movements")),
}


@pytest.mark.parametrize(("text", "scopes", "expected"), WAYS.values(), ids=WAYS)
def test_no_way_leads_around_a_scope(text: str, scopes: list[Scope], expected: tuple[str, str]) -> None:
    """The missing scope is named with the field that needs it; with the scope, the same operation passes."""
    assert missing(text, *scopes) == [expected]
    assert missing(text, *scopes, Scope(expected[0])) == []


def test_a_reference_needs_no_more_than_what_refers_to_it() -> None:
    """The item and the place of a level, the operation of an own request."""
    assert missing("{ stockLevels { nodes { item { sku name } location { code } } } }", Scope.STOCK_READ) == []
    assert missing('{ operationByKey(idempotencyKey: "k") { id actor recordedAt } }') == []
    assert missing("{ transfers { nodes { lines { nodes { item { sku } } } } } }", Scope.STOCK_READ) == []


def test_only_the_operation_that_is_chosen_counts() -> None:
    """One document may hold operations for several scopes; naming another does not let one in."""
    text = "query A { items { nodes { sku } } } query B { suppliers { nodes { id } } }"
    assert missing(text, Scope.CATALOG_READ, operation_name="A") == []
    assert missing(text, Scope.CATALOG_READ, operation_name="B") == [("purchasing:read", "suppliers")]


def test_all_that_is_missing_is_named_at_once() -> None:
    """One error for each scope, so that a key need not be mended twice."""
    text = "{ items { nodes { offers { nodes { id } } } } suppliers { nodes { id } } webhooks { nodes { id } } }"
    assert missing(text) == [
        ("catalog:read", "items"),
        ("purchasing:read", "items.nodes.offers"),
        ("webhooks:read", "webhooks"),
    ]


@pytest.mark.parametrize("name", types_with_id())
async def test_an_id_of_another_area_is_refused_before_it_is_looked_up(name: str) -> None:
    """Whether the object exists or not: with every scope but its own, not even the question is asked."""
    scope = Scope(CORE.type_map[name].extensions[NODE_SCOPE])
    area = scope.partition(":")[0]
    others = [each for each in Scope if each is not Scope.ADMIN and not each.startswith(area)]
    async with client(*others) as http:
        for text in ("query ($id: ID!) { node(id: $id) { id } }", "query ($id: ID!) { nodes(ids: [$id]) { id } }"):
            body = {"query": text, "variables": {"id": global_id(name, "x")}}
            answer = (await http.post("/graphql", json=body)).json()
            assert told(answer["errors"]) == [scope]
            assert "x" not in json.dumps(answer["errors"][0]["message"]).split()


async def test_events_are_sent_to_no_address_of_those_who_may_not_read_them(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """Neither a new webhook nor another's, whose endpoint, events or secret they change."""
    create = "mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { webhook { id url } } }"
    update = "mutation ($input: WebhookUpdateInput!) { webhookUpdate(input: $input) { webhook { url } } }"
    hook = {"url": "https://partner.example/stock", "events": ["LEVEL_CHANGED"]}
    reader = principal(Scope.WEBHOOKS_WRITE, Scope.ORDERS_READ)
    settings = settings_of(mongo_url, redis_url, database.name)
    await Administration(settings).key(principal().name)  # a webhook belongs to a key that there is
    async with (
        open_application(settings) as application,
        api_of(application, principal(Scope.ADMIN)) as admin,
        api_of(application, reader) as partner,
        api_of(application, structs.replace(reader, name="colleague")) as colleague,
    ):
        made = (await admin.run(create, input=hook))["webhook"]
        for mutation in ("RotateSecret", "Delete", "Redeliver"):
            text = f"mutation ($input: Webhook{mutation}Input!) {{ webhook{mutation}(input: $input) {{ replayed }} }}"
            asked = {"id": made["id"], **({"since": "2020-01-01T00:00:00Z"} if mutation == "Redeliver" else {})}
            assert told(await partner.errors(text, input=asked)) == ["stock:read"], mutation
        for change in ({"url": "https://elsewhere.example"}, {"events": ["RESERVATION_EXPIRED"]}, {"isEnabled": True}):
            assert told(await partner.errors(update, input={"id": made["id"], **change})) == ["stock:read"]
        assert await admin.run("query ($id: ID!) { webhook(id: $id) { id url } }", id=made["id"]) == made
        own = await partner.run(create, input={**hook, "events": ["RESERVATION_EXPIRED"]})
        moved = {"id": own["webhook"]["id"], "url": "https://elsewhere.example"}
        assert await partner.run(update, input=moved) == {"webhook": {"url": "https://elsewhere.example"}}
        widened = await partner.errors(update, input={**moved, "events": ["RESERVATION_EXPIRED", "LEVEL_CHANGED"]})
        assert told(widened) == ["stock:read"]
        assert (await partner.run(create, input=hook))["webhook"] is None
        assert told(await colleague.errors(update, input=moved)) == ["admin"], "it ends with the rights of its owner"
        described = {"id": own["webhook"]["id"], "description": "Ours"}
        assert await colleague.run(update, input=described) == {"webhook": {"url": "https://elsewhere.example"}}


async def test_open_work_of_other_areas_prevents_archiving_and_is_not_told(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """Who keeps the catalog learns neither how many units there are, nor which orders."""
    add = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { message } } }"
    archive = """
    mutation ($input: ItemArchiveInput!) {
      itemArchive(input: $input) { openWork { kind } userErrors { code message } }
    }
    """
    create = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { code } } }"
    place = "mutation ($input: LocationUpsertInput!) { locationUpsert(input: $input) { userErrors { code } } }"
    async with (
        open_application(settings_of(mongo_url, redis_url, database.name)) as application,
        api_of(application, principal(Scope.ADMIN)) as admin,
        api_of(application, principal(Scope.CATALOG_WRITE)) as keeper,
    ):
        await admin.run(place, input={"code": "HERE", "name": "Here"})
        await admin.run(create, input={"sku": "TEA-1", "name": "Tea"})
        units = {"sku": "TEA-1", "location": "HERE", "delta": 77, "reason": "RECEIPT"}
        assert await admin.run(add, input=units) == {"userErrors": []}
        (error,) = (await keeper.run(archive, input={"sku": "TEA-1"}))["userErrors"]
        assert (error["code"], "77" in error["message"], "HERE" in error["message"]) == ("INVALID_VALUE", False, False)
        (error,) = (await admin.run(archive, input={"sku": "TEA-1"}))["userErrors"]
        assert (error["code"], "77" in error["message"]) == ("STILL_OPEN", True)
        closed = {"sku": "TEA-1", "windDown": True}
        assert await keeper.run(archive, input=closed) == {"openWork": [], "userErrors": []}
        assert await admin.run(archive, input=closed) == {"openWork": [{"kind": "UNITS"}], "userErrors": []}


DESCRIBED = (
    "{ __schema { types { name } } }",
    '{ t: __type(name: "Item") { name } }',
    "{ ...F } fragment F on Query { __schema { types { name } } }",
)


@pytest.mark.parametrize("text", DESCRIBED)
async def test_descriptions_of_the_schema_may_need_a_scope(text: str) -> None:
    """With `introspection_scope`, as in production, only its holders read them; `__typename` remains everybody's."""
    async with client(Scope.CATALOG_READ, introspection_scope="admin") as http:
        response = await http.post("/graphql", json={"query": text})
        assert (response.status_code, told(response.json()["errors"])) == (403, ["admin"])
        assert (await http.post("/graphql", json={"query": "{ __typename }"})).json() == {
            "data": {"__typename": "Query"}
        }
    for options in ({"introspection_scope": "admin"}, {}):
        async with client(*([Scope.ADMIN] if options else []), **options) as http:
            assert "errors" not in (await http.post("/graphql", json={"query": text})).json()


FILTERED = "query ($f: ItemFilter) { items(filter: $f) { nodes { id } } }"

# Requests with a slip, and what remains of the message.
SLIPS: list[tuple[dict[str, Any], str]] = [
    ({"query": "{ itemz { id } }"}, "Cannot query field 'itemz' on type 'Query'."),
    ({"query": "{ item(skuu: 1) { id } }"}, "Unknown argument 'skuu' on field 'Query.item'."),
    ({"query": "{ node(id: 1) { ... on Itm { id } } }"}, "Unknown type 'Itm'."),
    ({"query": "{ node(id: 1) { sku } }"}, "Cannot query field 'sku' on type 'Node'."),
    (
        {"query": FILTERED, "variables": {"f": {"serch": 1}}},
        (
            "Variable '$f' has invalid value: Expected value of type 'ItemFilter' not to include unknown field "
            "'serch'. Found: {'serch': 1}."
        ),
    ),
]


async def test_errors_suggest_no_names_to_those_who_may_not_read_the_schema() -> None:
    """Over both transports; where the schema may be read, the same errors help."""
    scopes, options = [Scope.CATALOG_READ], {"introspection_scope": "admin"}
    app = GraphQLApp(engine(*scopes, **options))
    async with (
        client(*scopes, **options) as http,
        client(Scope.ADMIN, **options) as admin,
        serve(app) as (_, port),
        dial(port) as socket,
    ):
        for body, message in SLIPS:
            answer = (await http.post("/graphql", json=body)).json()
            assert message in [error["message"] for error in answer["errors"]]
            assert "mean" not in json.dumps(answer)
            await subscribe(socket, **body)
            assert "mean" not in json.dumps(await hear(socket))
            assert "Did you mean" in (await admin.post("/graphql", json=body)).text
