# ruff: noqa: ANN401 - JSON is of any type
"""A principal that sees a part of the stock does its work there; for its mutations nothing else exists."""

from typing import Any

import pytest

from app.domain.access.scope import Scope
from schema.declarations.scopes import SCOPE
from tests.graphql.access.limited_world import (
    ANYWHERE,
    HERE,
    ITEMS,
    LEVELS,
    LOCATIONS,
    NOWHERE,
    THERE,
    UNKNOWN,
    UNSEEN,
    Case,
    Client,
    Place,
    Stage,
    leaks_of,
    without_names,
)
from tests.graphql.selections import root_fields

BY_LOCATION = {**LEVELS, **LOCATIONS}
BY_CATEGORY = {**LEVELS, **ITEMS}


def cases(table: dict[str, Case]) -> Any:
    """Parametrize a test by mutations."""
    return pytest.mark.parametrize(("mutation", "case"), table.items(), ids=table)


def test_each_mutation_stands_in_the_table() -> None:
    """Who adds one says what it may change for those who see a part. Administration, and an own account, are whole."""
    whole = {name for name, field in root_fields("Mutation").items() if field.extensions[SCOPE] in (Scope.ADMIN, None)}
    table = {**BY_LOCATION, **BY_CATEGORY, **ANYWHERE}
    assert table.keys() == root_fields("Mutation").keys() - whole


@cases({**BY_LOCATION, **ITEMS, **ANYWHERE})
async def test_a_limited_principal_works_where_it_sees(stage: Stage, mutation: str, case: Case) -> None:
    """With an answer about nothing else; of a transfer's other end, it has the name."""
    asked = await case(stage.world, HERE, stage.at_here)
    payload = await stage.at_here.change(mutation, asked)
    assert payload["userErrors"] == []
    assert leaks_of(payload, named=["SECRET THERE"] if mutation.startswith("transfer") else ()) == []


@cases({**BY_CATEGORY, **ANYWHERE})
async def test_a_limited_principal_works_with_the_items_that_it_sees(stage: Stage, mutation: str, case: Case) -> None:
    """At every location."""
    payload = await stage.of_tea.change(mutation, await case(stage.world, HERE, stage.of_tea))
    assert (payload["userErrors"], leaks_of(payload)) == ([], [])


@cases(BY_LOCATION)
async def test_a_location_out_of_sight_does_not_exist(stage: Stage, mutation: str, case: Case) -> None:
    """The refusal is that of what does not exist, and nothing is recorded."""
    await _is_as_if_it_were_not(stage, stage.at_here, mutation, case, hidden=THERE, missing=NOWHERE)


@cases(BY_CATEGORY)
async def test_an_item_out_of_sight_does_not_exist(stage: Stage, mutation: str, case: Case) -> None:
    """The refusal is that of what does not exist, and nothing is recorded."""
    await _is_as_if_it_were_not(stage, stage.of_tea, mutation, case, hidden=UNSEEN, missing=UNKNOWN)


@cases(BY_LOCATION)
async def test_a_repeat_shows_no_more_than_is_visible_now(stage: Stage, mutation: str, case: Case) -> None:
    """The first request was of a key that saw everything then; the same key sees a part now."""
    key = f"repeat {mutation}"
    asked = {**await case(stage.world, THERE, stage.wide), "idempotencyKey": key}
    if mutation in ("reservationUpdate", "purchaseOrderUpdate", "countRecord"):
        asked["lines"] = [{**line, "sku": line["sku"]} for line in asked["lines"]]
    first = await stage.wide.change(mutation, asked)
    assert first["userErrors"] == []
    again = await stage.at_here.change(mutation, asked)
    assert leaks_of(again) == []


async def _is_as_if_it_were_not(
    stage: Stage, client: Client, mutation: str, case: Case, *, hidden: Place, missing: Place
) -> None:
    answers = []
    for at in (hidden, missing):
        key = f"{at.code} {at.sku} {mutation}"
        asked = {**await case(stage.world, at, client), "idempotencyKey": key}
        payload = await client.change(mutation, asked)
        assert payload["userErrors"], payload
        assert not await stage.has_recorded(key)
        answers.append(without_names(payload, at, asked))
    assert answers[0] == answers[1]
