"""Compiled inputs: the same values as Strawberry's own conversion makes."""

import enum
from datetime import datetime
from typing import Any, Optional

import pytest
import strawberry
from strawberry.relay import GlobalID
from strawberry.scalars import JSON

from app.web.graphql.fast.inputs import compile_inputs

SEEN: list[Any] = []


def make_schema() -> strawberry.Schema:
    """Build a schema with one input of each kind, and types of its own, because compiling changes them."""

    @strawberry.enum
    class Reason(enum.Enum):
        COUNT = "count"
        DAMAGE = "damage"

    @strawberry.input
    class Note:
        text: str = "none"
        by: str | None = None

    @strawberry.input
    class Line:
        sku: str
        quantity: int = strawberry.field(name="qty", default=1)
        notes: list[Note] = strawberry.field(default_factory=list)
        more_notes: list[Note | None] | None = None

    @strawberry.input
    class Everything:
        line: Line
        lines: list[Line] | None
        reason: Reason
        reasons: list[Reason] | None = None
        tags: list[str] | None = None
        grid: list[list[int]] | None = None
        occurred_at: datetime | None = None
        item_id: GlobalID | None = None
        item_ids: list[GlobalID] | None = None
        extra: JSON | None = None
        unset: str | None = strawberry.UNSET
        optional_line: Optional[Line] = None  # noqa: UP045 - the other spelling

    @strawberry.input
    class Patch:
        name: strawberry.Maybe[str]

    @strawberry.type
    class Query:
        @strawberry.field
        def take(self, everything: Everything) -> str:
            SEEN.append(everything)
            return repr(everything)

        @strawberry.field
        def patch(self, patch: Patch) -> str:
            return repr(patch)

    return strawberry.Schema(Query)


LINE = {"sku": "A"}
FULL_LINE = {"sku": "B", "qty": 7, "notes": [{"text": "x", "by": None}, {}], "moreNotes": [None, {"text": "y"}]}
BASE = {"line": LINE, "reason": "COUNT"}

VALUES = {
    "least": BASE,
    "nulls": {**BASE, "lines": None, "reasons": None, "tags": None, "occurredAt": None, "extra": None, "unset": None},
    "nested": {**BASE, "line": FULL_LINE, "lines": [LINE, FULL_LINE], "optionalLine": FULL_LINE},
    "lists": {**BASE, "tags": ["a", "b"], "reasons": ["COUNT", "DAMAGE"], "grid": [[1], [], [2, 3]]},
    "single value for a list": {**BASE, "tags": "a", "lines": LINE},
    "scalars": {**BASE, "occurredAt": "2024-05-01T12:00:00+00:00", "extra": {"a": [1, {"b": None}]}, "unset": "set"},
    "global ids": {**BASE, "itemId": "SXRlbTox", "itemIds": ["SXRlbTox"]},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
async def test_the_values_are_those_of_strawberry(value: dict[str, Any]) -> None:
    """Field by field, at every depth, as `repr` shows them."""
    plain, compiled = make_schema(), make_schema()
    compile_inputs(compiled)
    query = "query ($everything: Everything!) { take(everything: $everything) }"
    answers = [await each.execute(query, {"everything": value}) for each in (plain, compiled)]
    assert answers[0].errors is None
    assert answers[1].errors is None
    assert answers[0].data == answers[1].data


async def test_literals_are_converted_too() -> None:
    """Inputs written in the document, with variables inside."""
    plain, compiled = make_schema(), make_schema()
    compile_inputs(compiled)
    query = 'query ($n: Int) { take(everything: {line: {sku: "A", qty: $n}, reason: DAMAGE, tags: ["x"]}) }'
    for variables in ({}, {"n": 5}):
        answers = [await each.execute(query, variables) for each in (plain, compiled)]
        assert answers[0].data == answers[1].data
        assert answers[0].data is not None


async def test_a_list_is_not_shared_between_requests() -> None:
    """What a resolver does to one list does not reach the next request."""
    compiled = make_schema()
    compile_inputs(compiled)
    SEEN.clear()
    for _ in range(2):
        await compiled.execute('{ take(everything: {line: {sku: "A"}, reason: COUNT, tags: ["x"]}) }')
        SEEN[-1].tags.append("more")
        SEEN[-1].line.notes.append("more")
    assert SEEN[1].tags == ["x", "more"]
    assert SEEN[1].line.notes == ["more"]


async def test_maybe_fields_keep_their_own_check() -> None:
    """Strawberry refuses a null for them only in its own conversion."""
    compiled = make_schema()
    compile_inputs(compiled)
    refused = await compiled.execute("{ patch(patch: {name: null}) }")
    assert refused.errors is not None
    given = await compiled.execute('{ patch(patch: {name: "x"}) }')
    assert given.data is not None
    assert "Some" in given.data["patch"]


async def test_compiling_twice_changes_nothing() -> None:
    """Types that build themselves are not compiled again."""
    compiled = make_schema()
    compile_inputs(compiled)
    compile_inputs(compiled)
    answer = await compiled.execute("query ($e: Everything!) { take(everything: $e) }", {"e": BASE})
    assert answer.errors is None
