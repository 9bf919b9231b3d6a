# ruff: noqa: ANN401 - types of a schema have no common base
"""No input without a limit, and nothing is computed on what exceeds one."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

from app.web.graphql import Limits
from app.web.graphql.transport.documents.cache import DocumentCache, Rejected
from schema.declarations.limits import CHARACTERS, ENTRIES, inputs
from schema.root import schema
from tests.graphql.api import Api

CORE = schema._schema
DOCUMENTS = DocumentCache(schema, Limits())
NUMBERS = {"Int", "Float", "Boolean"}

ITEM = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { code } } }"
SALE = "mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { userErrors { code } } }"
SEARCH = "query ($search: String) { items(filter: {search: $search}) { nodes { sku } } }"
SEARCH_BY_DEFAULT = 'query ($search: String = "%s") { items(filter: {search: $search}) { nodes { sku } } }'
SEARCH_LITERALLY = '{ items(filter: {search: "%s"}) { nodes { sku } } }'
LEVELS = "query ($filter: StockLevelFilter) { stockLevels(filter: $filter) { nodes { id } } }"


def test_every_input_has_a_limit() -> None:
    """Each list says how many entries it may have, each text how many characters: see schema/declarations/limits.py."""
    without = [
        path
        for path, _, each in inputs(schema)
        if (is_list_type(get_nullable_type(each.type)) and ENTRIES not in each.extensions)
        or (
            (get_named_type(each.type).name in {"String", "ID", "Decimal", "DateTime", "Date", "BigInt"})
            and CHARACTERS not in each.extensions
        )
    ]
    assert without == []


def test_no_input_takes_more_than_its_limit() -> None:
    """Whatever is one character or one entry too large is refused where it stands, before it is even coerced."""
    count = 0
    for document, value, path in oversized():
        with pytest.raises(Rejected) as caught:
            DOCUMENTS.get(document).operation(None).cost({"v": value})
        [error] = caught.value.errors
        assert error.extensions is not None
        assert error.extensions["field"] == ["$v", *path], document
        assert error.extensions["actual"] == error.extensions["maximum"] + 1
        count += 1
    assert count > 300


@pytest.mark.parametrize(
    ("query", "variables", "field", "message"),
    [
        (
            ITEM,
            {"input": {"sku": "TEA-9", "tags": [""] * 260_000}},
            ["$input", "tags"],
            "'$input.tags' has 260000 entries; at most 40 are allowed.",
        ),
        (
            SALE,
            {"input": {"location": "MAIN", "lines": [{"sku": "TEA-1", "quantity": 1}] * 36_000}},
            ["$input", "lines"],
            "'$input.lines' has 36000 entries; at most 2000 are allowed.",
        ),
        (
            SALE,
            {"input": {"location": "MAIN", "lines": [{"sku": "TEA-1"}, {"sku": "T" * 500_000}]}},
            ["$input", "lines", "1", "sku"],
            "'$input.lines.1.sku' has 500000 characters; at most 192 are allowed.",
        ),
        (ITEM, {"input": {f"field{number}": 1 for number in range(60_000)}}, ["$input"], None),
        (SEARCH, {"search": "a" + "." * 32_000 + "b"}, ["$search"], None),
        (SEARCH_BY_DEFAULT % ("." * 32_000), {}, ["$search"], None),
        (SEARCH_LITERALLY % ("." * 32_000), {}, ["filter", "search"], None),
        (LEVELS, {"filter": {"skus": ["x"] * 36_000}}, ["$filter", "skus"], None),
        (LEVELS, {"filter": {"statuses": ["OUT_OF_STOCK"] * 36_000}}, ["$filter", "statuses"], None),
    ],
)
async def test_too_large_a_value_is_named(
    lasting_shop: Api, query: str, variables: dict[str, Any], field: list[str], message: str | None
) -> None:
    """A client reads which value is too large, by how much, and what is allowed."""
    [fault] = await lasting_shop.errors(query, **variables)
    extensions = fault["extensions"]
    assert extensions["code"] == "BAD_USER_INPUT"
    assert extensions["field"] == field
    assert extensions["actual"] > extensions["maximum"]
    if message is not None:
        assert fault["message"] == message


def oversized() -> Iterator[tuple[str, object, list[str]]]:
    """Yield an operation per argument and input field that has a limit, its variable's value, and where that is bad."""
    for type_ in CORE.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            for argument_name, argument in getattr(field, "args", {}).items():
                document = _document(type_.name, name, field, argument_name)
                if document is not None:
                    for value, path in _too_large(argument.type, argument.extensions):
                        yield document, value, path


def _too_large(type_: Any, limits: Any) -> Iterator[tuple[object, list[str]]]:
    nullable = get_nullable_type(type_)
    if is_list_type(nullable):
        yield [None] * (limits[ENTRIES] + 1), []
        yield from (([value], ["0", *path]) for value, path in _too_large(nullable.of_type, limits))
    elif is_input_object_type(nullable):
        for name, field in nullable.fields.items():
            yield from (({name: value}, [name, *path]) for value, path in _too_large(field.type, field.extensions))
    elif nullable.name not in NUMBERS and CHARACTERS in limits:
        yield "x" * (limits[CHARACTERS] + 1), []


def _document(parent: str, name: str, field: Any, argument: str) -> str | None:
    """Return an operation that passes `$v` as the argument, and variables without a value as the others it needs."""
    needed = {each: it for each, it in field.args.items() if each == argument or str(it.type).endswith("!")}
    variables = ", ".join(f"${'v' if each == argument else each}: {it.type}" for each, it in needed.items())
    arguments = ", ".join(f"{each}: ${'v' if each == argument else each}" for each in needed)
    selection = f"{name}({arguments}) {{ __typename }}"
    if parent in {"Query", "Mutation", "Subscription"}:
        return f"{parent.lower()} ({variables}) {{ {selection} }}"
    if "Node" in {each.name for each in getattr(CORE.type_map[parent], "interfaces", ())}:
        return f'query ({variables}) {{ node(id: "") {{ ... on {parent} {{ {selection} }} }} }}'
    return None


UPSERT_MANY = """
mutation ($input: ItemsUpsertManyInput!) {
  itemsUpsertMany(input: $input) {
    userErrors { __typename code field message ... on TooManyErrorsError { count isComplete } }
    results { userErrors { code } }
  }
}
"""


@pytest.mark.parametrize(
    ("lines", "more", "is_all"),
    [(20, None, True), (21, 1, True), (120, 100, True), (1_000, 980, False)],
)
async def test_at_most_twenty_errors_are_told(lasting_shop: Api, lines: int, more: int | None, is_all: bool) -> None:
    """Beyond 20 user errors, one more says how many there are; the search for them ends at 1,000."""
    items = [{"sku": f"BAD-{line}", "unitCost": -1} for line in range(lines)]
    errors = (await lasting_shop.run(UPSERT_MANY, input={"items": items, "atomic": True}))["userErrors"]
    assert [error["field"] for error in errors[:20]] == [["items", str(line), "unitCost"] for line in range(20)]
    rest = errors[20:]
    if more is None:
        assert rest == []
        return
    [last] = rest
    assert (last["code"], last["count"], last["isComplete"]) == ("TOO_MANY_ERRORS", more, is_all)
    assert last["message"] == f"And {'' if is_all else 'at least '}{more} more."


async def test_lines_that_are_too_many_are_not_looked_at(lasting_shop: Api) -> None:
    """Of 1,001 lines that are all at fault, only their number is told."""
    items = [{"sku": " ", "unitCost": -1}] * 1_001
    [error] = (await lasting_shop.run(UPSERT_MANY, input={"items": items, "atomic": True}))["userErrors"]
    assert (error["code"], error["field"]) == ("TOO_MANY_LINES", ["items"])


async def test_each_line_of_a_bulk_has_its_own_error(lasting_shop: Api) -> None:
    """Where lines stand or fall alone, each tells the first thing that is wrong with it."""
    items = [{"sku": f" BAD-{line}", "tags": [""] * 20} for line in range(100)]
    answer = await lasting_shop.run(UPSERT_MANY, input={"items": items, "atomic": False})
    assert [len(result["userErrors"]) for result in answer["results"]] == [1] * 100
