# ruff: noqa: D101 - the schema is a toy
"""The cost of operations, computed before execution."""

from typing import Any

import pytest
import strawberry
from graphql import get_introspection_query

from app.web.graphql import Limits
from app.web.graphql.transport.documents.cache import DocumentCache, Rejected
from app.web.graphql.transport.documents.cost import ENTRY_WEIGHT, SIZE, WEIGHT


@strawberry.type
class Entry:
    name: str
    tags: list[str]

    @strawberry.field
    def below(self, first: int = 10) -> "Page":
        raise AssertionError("priced, never executed")


@strawberry.type
class Page:
    nodes: list[Entry]


@strawberry.input
class LineInput:
    sku: str


@strawberry.input
class ChangeInput:
    lines: list[LineInput] | None = None


@strawberry.type
class Changed:
    results: list[Entry]


@strawberry.type
class Query:
    @strawberry.field
    def page(self, first: int = 10) -> Page:
        raise AssertionError("priced, never executed")

    @strawberry.field
    def named(self, ids: list[strawberry.ID]) -> list[Entry]:
        raise AssertionError("priced, never executed")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self, input: ChangeInput) -> Changed:
        raise AssertionError("priced, never executed")


EXTENSIONS = {
    "Query.page": {SIZE: "first", WEIGHT: 100},
    "Query.named": {SIZE: "ids", WEIGHT: 50},
    "Entry.below": {SIZE: "first", WEIGHT: 3},
    "Entry.tags": {SIZE: 20, ENTRY_WEIGHT: 0.1},
    "Page.nodes": {SIZE: "page", ENTRY_WEIGHT: 5},
    "Mutation.change": {SIZE: "input.lines", WEIGHT: 200, ENTRY_WEIGHT: 10},
    "Changed.results": {SIZE: "page"},
}

# What the root costs, and the field `nodes` or `results` itself.
PAGE, CHANGE = 101, 201

COSTS: dict[str, tuple[str, dict[str, Any] | None, int]] = {
    "nothing": ("{ __typename }", None, 1),
    "the usual page": ("{ page { nodes { name } } }", None, PAGE + 10 * 6),
    "a page that is asked for": ("{ page(first: 3) { nodes { name } } }", None, PAGE + 3 * 6),
    "its size in a variable": ("query ($n: Int!) { page(first: $n) { nodes { name } } }", {"n": 7}, PAGE + 7 * 6),
    "of which there is a default": ("query ($n: Int! = 4) { page(first: $n) { nodes { name } } }", None, PAGE + 4 * 6),
    "a page beyond any": ("{ page(first: 100000) { nodes { name } } }", None, PAGE + 1_000 * 6),
    "a page below nothing": ("{ page(first: -5) { nodes { name } } }", None, PAGE),
    "no page at all": ("query ($n: Int!) { page(first: $n) { nodes { name } } }", {"n": "x"}, PAGE + 6),
    "a page below each": (
        "query ($n: Int!) { page(first: 3) { nodes { below(first: $n) { nodes { name } } } } }",
        {"n": 7},
        PAGE + 3 * (5 + 3 + 1 + 7 * 6),
    ),
    "twice under other names": ("{ a: page { nodes { name } } b: page { nodes { name } } }", None, 2 * (PAGE + 60)),
    "what may be left out": ("{ page { nodes { name @skip(if: true) } } }", None, PAGE + 60),
    "a fragment at each place": (
        "{ a: page(first: 2) { ...P } b: page(first: 3) { ...P } } fragment P on Page { nodes { name } }",
        None,
        2 * PAGE + 5 * 6,
    ),
    "an inline fragment": ("{ page(first: 2) { ... { nodes { ... on Entry { name } } } } }", None, PAGE + 2 * 6),
    "leaves in a list": ("{ page(first: 1) { nodes { tags } } }", None, PAGE + 5 + 3),
    "ids": ('{ named(ids: ["a", "b"]) { name } }', None, 50 + 2 * 2),
    "ids in a variable": ("query ($i: [ID!]!) { named(ids: $i) { name } }", {"i": ["a"] * 9}, 50 + 9 * 2),
    "lines": (
        '{ change(input: {lines: [{sku: "a"}, {sku: "b"}]}) { results { name } } }',
        None,
        CHANGE + 2 * (10 + 2),
    ),
    "lines in a variable": (
        "($l: [LineInput!]) { change(input: {lines: $l}) { results { name } } }",
        {"l": [{"sku": "a"}] * 5},
        CHANGE + 5 * 12,
    ),
    "lines in an input": (
        "($i: ChangeInput!) { change(input: $i) { results { name } } }",
        {"i": {"lines": [{"sku": "a"}] * 5}},
        CHANGE + 5 * 12,
    ),
    "no lines stand for all": (
        "($i: ChangeInput!) { change(input: $i) { results { name } } }",
        {"i": {}},
        CHANGE + 12_000,
    ),
    "an input that is none": (
        "($i: ChangeInput!) { change(input: $i) { results { name } } }",
        {"i": 5},
        CHANGE + 12_000,
    ),
}


def prepared(max_cost: int = 10**9) -> DocumentCache:
    """Return the documents of a schema that declares the costs of its fields."""
    schema = strawberry.Schema(Query, Mutation)
    for path, extensions in EXTENSIONS.items():
        type_name, name = path.split(".")
        type_: Any = schema._schema.type_map[type_name]
        type_.fields[name].extensions.update(extensions)
    return DocumentCache(schema, Limits(max_cost=max_cost))


@pytest.mark.parametrize(("query", "variables", "expected"), COSTS.values(), ids=COSTS)
def test_the_cost_is_what_is_asked_for(query: str, variables: dict[str, Any] | None, expected: int) -> None:
    """Each size multiplies the cost below it; nothing is assumed to be skipped."""
    document = f"mutation {query}" if "change(" in query else query
    assert prepared().get(document).operation(None).cost(variables) == expected


NESTED = "query ($n: Int!) { page(first: 3) { nodes { below(first: $n) { nodes { name } } } } }"
LINES = (
    "mutation ($l: [LineInput!]) { change(input: {lines: $l}) { results { ...R } } } "
    "fragment R on Entry { name a: name b: name c: name d: name }"
)
ENTRIES = [{"name": "a"}, {"name": "b"}]

RETURNED: dict[str, tuple[str, dict[str, Any] | None, dict[str, Any], int]] = {
    "a page that is not full": ("{ page { nodes { name } } }", None, {"page": {"nodes": ENTRIES}}, PAGE + 2 * 6),
    "under another name": ("{ p: page { n: nodes { name } } }", None, {"p": {"n": ENTRIES}}, PAGE + 2 * 6),
    "no page": ("{ page { nodes { name } } }", None, {"page": None}, PAGE),
    "pages below": (
        NESTED,
        {"n": 100},
        {"page": {"nodes": [{"below": {"nodes": ENTRIES}}, {"below": None}, None]}},
        PAGE + 3 * (5 + 3 + 1) + 2 * 6,
    ),
    "more than was asked for": ("{ page { nodes { name } } }", None, {"page": {"nodes": ENTRIES * 9}}, PAGE + 10 * 6),
    "lines, whatever becomes of them": (LINES, {"l": [{"sku": "a"}] * 50}, {"change": {"results": []}}, CHANGE + 500),
    "too little to count": ("{ page(first: 1) { nodes { name } } }", None, {"page": {"nodes": []}}, PAGE + 6),
    "nothing to count": ("{ __typename }", None, {"__typename": "Query"}, 1),
}


@pytest.mark.parametrize(("query", "variables", "data", "expected"), RETURNED.values(), ids=RETURNED)
def test_what_is_returned_costs_as_many_entries_as_there_are(
    query: str, variables: dict[str, Any] | None, data: dict[str, Any], expected: int
) -> None:
    """Never more than the bound; without data it is the bound."""
    operation = prepared().get(query).operation(None)
    requested = operation.cost(variables)
    assert operation.returned_cost(variables, data, requested=requested) == expected
    assert operation.returned_cost(variables, None, requested=requested) == requested


def test_beyond_the_maximum_it_is_refused_by_name() -> None:
    """The error has the cost, the maximum, and the most expensive part."""
    document = prepared(max_cost=1_000).get(
        "query ($n: Int!) { small: page(first: 1) { nodes { name } } "
        "page(first: $n) { nodes { below { nodes { name } } } } }"
    )
    assert document.operation(None).cost({"n": 1}) < 1_000
    with pytest.raises(Rejected) as caught:
        document.operation(None).cost({"n": 100})
    [error] = caught.value.errors
    assert error.extensions == {
        "code": "COST_EXCEEDED",
        "cost": 7_108,
        "maximum": 1_000,
        "heaviest": "page.nodes.below.nodes.name",
    }
    assert error.message.startswith("The operation may cost 7,108; at most 1,000 is allowed.")
    assert "first" in error.message


def test_a_schema_may_be_read() -> None:
    """The introspection of tools is far from the maximum, however large the schema."""
    assert prepared().get(get_introspection_query()).operation(None).cost(None) < Limits().max_cost
