"""Former names: announced with their replacement and the release that removes them, and the same until then."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    NoDeprecatedCustomRule,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
    validate,
)
from strawberry.relay import to_base64

from app.domain.alerts.alert import AlertChange
from app.domain.replenishment.need_route import NeedRoute
from schema.root import schema
from schema.types.identity import document_id
from tests.graphql.api import Api

ROOT = Path(__file__).parents[2]
GRAPHQL = re.compile(r"^```graphql\n(.*?)^```", re.DOTALL | re.MULTILINE)
REASON = re.compile(r"Use `(\w+)`; will be removed in (\d+\.\d+)\.")
LEVELS = "query ($filter: StockLevelFilter) { stockLevels(filter: $filter) { nodes { item { sku } } } }"
ALERTS = "query ($filter: StockAlertFilter) { alerts(filter: $filter) { nodes { id } } }"
RENAMED_VALUES = {
    ("StockAlertChange", "EASED"): ("DEESCALATED", AlertChange.DEESCALATED),
    ("StockAlertChange", "WOKEN"): ("UNSNOOZED", AlertChange.UNSNOOZED),
    ("ReplenishmentRoute", "NOWHERE"): ("NO_SOURCE", NeedRoute.NO_SOURCE),
}


def deprecated() -> Iterator[tuple[Any, str, Any]]:
    """Yield each member that is deprecated, with its type and name."""
    for type_ in schema._schema.type_map.values():
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            members = type_.fields
        elif is_enum_type(type_):
            members = type_.values
        else:
            continue
        yield from ((type_, name, member) for name, member in members.items() if member.deprecation_reason)


def test_each_reason_names_a_replacement_that_exists_and_the_release_that_removes_the_name() -> None:
    """A client can act on it without reading anything else, and the replacement has a description of its own."""
    found = 0
    for type_, name, member in deprecated():
        match = REASON.fullmatch(member.deprecation_reason)
        assert match, (type_.name, name)
        members = type_.values if is_enum_type(type_) else type_.fields
        assert members[match[1]].deprecation_reason is None, (type_.name, name)
        assert match[2] == "0.3", (type_.name, name)
        found += 1
    assert found == 24


def test_a_field_returns_the_same_under_its_former_name() -> None:
    """Of every object: what the replacement holds, also where that is null."""
    for type_, name, member in deprecated():
        if not is_object_type(type_):
            continue
        match = REASON.fullmatch(member.deprecation_reason)
        assert match
        now = type_.fields[match[1]].extensions["strawberry-definition"].python_name
        resolve = member.extensions["strawberry-definition"].base_resolver.wrapped_func
        for value in (3, None):
            holder = type("Holder", (), {now: value})()
            assert resolve(holder) == value, (type_.name, name)


def test_an_enum_returns_the_new_name_and_reads_both() -> None:
    """The former name stays in the enum, so that generated clients compile, but is not returned any more."""
    values = {(type_.name, name) for type_, name, _ in deprecated() if is_enum_type(type_)}
    assert values == set(RENAMED_VALUES)
    for (enum, former), (now, member) in RENAMED_VALUES.items():
        type_: Any = schema._schema.type_map[enum]
        assert type_.coerce_output_value(member) == now
        assert type_.parse_value(former) is type_.parse_value(now) is member


@pytest.mark.parametrize(
    ("query", "former", "now", "value"),
    [
        (LEVELS, "status", "statuses", ["LOW"]),
        (ALERTS, "acknowledged", "isAcknowledged", False),
        (ALERTS, "snoozed", "isSnoozed", True),
    ],
)
async def test_a_filter_reads_the_former_name_but_not_both(
    lasting_shop: Api, query: str, former: str, now: str, value: object
) -> None:
    """Two values for one condition would have to be guessed at."""
    expected = await lasting_shop.run(query, filter={now: value})
    assert await lasting_shop.run(query, filter={former: value}) == expected
    assert await lasting_shop.error_message(query, filter={former: value, now: value}) == (
        f"`{former}` is the former name of `{now}`: give one of the two."
    )


def test_an_id_from_before_its_type_was_renamed_stays_valid() -> None:
    """Mutations and `node` take it: clients may have kept it."""
    assert document_id("StockCount", to_base64("Count", "c-1")) == "c-1"
    assert document_id("StockCount", to_base64("StockCount", "c-1")) == "c-1"


def test_the_documentation_uses_no_deprecated_name() -> None:
    """Who copies an operation from it has nothing to change in the next release."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    blocks = [block for page in pages for block in GRAPHQL.findall(page.read_text(encoding="utf-8"))]
    found = {
        error.message for block in blocks for error in validate(schema._schema, parse(block), [NoDeprecatedCustomRule])
    }
    assert (len(blocks) > 50, found) == (True, set())
