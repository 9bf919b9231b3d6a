# ruff: noqa: ANN401 - JSON is of any kind
"""What a limited principal is answered is what everybody else is, without what it may not see.

Queries of the whole schema are drawn, and asked twice: of a limited principal, and of one that sees everything, for
whole lists. An oracle over JSON (`visibility_oracle`) says what the first must be. `VISIBILITY_ROUNDS` asks more of
them, and `VISIBILITY_SEED` others.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from app.domain.access.scope import Scope
from schema.declarations.scopes import SCOPE
from tests.property.alert_oracle import COUNTED, alert_counts
from tests.property.asked_queries import CORE, Asked, Drawing, whole, written
from tests.property.asking import Asking, Shop, opened
from tests.property.class_oracle import CLASSED, class_totals
from tests.property.random_calls import CODES
from tests.property.summary_oracle import SUMMED, summary
from tests.property.visibility_oracle import Seen, differences
from tests.support.database import Databases
from tests.support.store import mongo_store
from tests.support.totals import a_keeper, keep

ROUNDS = int(
    os.environ.get("VISIBILITY_ROUNDS", "1")
)  # of all root fields, and of every second one for all that is below
SEED = os.environ.get("VISIBILITY_SEED", "")
MAIN, NORTH, SOUTH = CODES
PRINCIPALS = {
    "one location": Seen(locations=frozenset({MAIN})),
    "two locations": Seen(locations=frozenset({NORTH, SOUTH})),
    "no location": Seen(locations=frozenset()),
    "a category": Seen(categories=frozenset({"drinks"})),
    "categories somewhere": Seen(locations=frozenset({MAIN, SOUTH}), categories=frozenset({"Drinks", "CUPS"})),
}
_ROOTS = sorted(  # those about stock: administrators are not limited
    name
    for name, each in CORE.query_type.fields.items()
    if each.extensions[SCOPE] is not Scope.ADMIN and name != "viewer"
)


@pytest.fixture(scope="module")
async def asking(databases: Databases) -> AsyncIterator[Asking]:
    """Fill a shop, and open the API over it."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(databases.one())
        store = mongo_store(database)
        stack.push_async_callback(store.close)
        await Shop(store).fill()
        await keep(a_keeper(database, store.clock))
        yield await opened(database, store, stack)


async def whole_answer(asking: Asking, asked: Asked) -> tuple[Any, list[str]]:
    """Return the whole answer to a root field, a list from its first page to its last."""
    data, errors = await asking.ask(whole(asked))
    if errors or not asked.is_connection:
        return data, errors
    page = found = data[asked.alias]
    while page["pageInfo"]["hasNextPage"]:
        more, errors = await asking.ask(whole(asked, after=page["pageInfo"]["endCursor"]))
        assert not errors
        page = more[asked.alias]
        found["edges"] += page["edges"]
    found["pageInfo"]["hasNextPage"] = False
    return data, []


async def check(asking: Asking, asked: Asked, dice: Random, seen: Seen) -> str:
    """Ask a limited principal, and compare with the whole answer; return what kind of answer it was."""
    full, errors = await whole_answer(asking, asked)
    if asked.is_connection and not errors and (edges := full[asked.alias]["edges"]) and dice.random() < 0.4:
        asked = asked.after(dice.choice(edges)["cursor"])
    text = written(asked)
    found, limited_errors = await asking.ask(text, seen)
    if errors:
        assert limited_errors, text
        return "refused"
    assert not limited_errors, (limited_errors, text)
    if asked.name == "inventorySummary":
        return await check_sums(asking, asked, found[asked.alias], seen)
    if asked.name == "alertCounts":
        return await check_alert_counts(asking, asked, found[asked.alias], seen)
    if asked.name == "abcClassTotals":
        return await check_class_totals(asking, asked, found[asked.alias], seen)
    expected = asking.oracle(seen).answer(asked, full[asked.alias])
    differs = differences(expected, found[asked.alias])
    assert not differs, (differs[:5], text, seen)
    shown = found[asked.alias]
    return "shown" if shown and (not asked.is_connection or shown["nodes"]) else "nothing"


async def check_sums(asking: Asking, asked: Asked, found: Any, seen: Seen) -> str:
    """Compare a summary with the sums over the levels that are visible."""
    levels = await visible_of(asking, asked, "stockLevels", SUMMED, seen)
    differs = differences(summary(asked, levels), found)
    assert not differs, (differs[:5], written(asked), seen)
    return "shown" if levels else "nothing"


async def check_alert_counts(asking: Asking, asked: Asked, found: Any, seen: Seen) -> str:
    """Compare numbers of alerts with the alerts that are visible."""
    alerts = await visible_of(asking, asked, "alerts", COUNTED, seen)
    differs = differences(alert_counts(asked, alerts), found)
    assert not differs, (differs[:5], written(asked), seen)
    return "shown" if alerts else "nothing"


async def check_class_totals(asking: Asking, asked: Asked, found: Any, seen: Seen) -> str:
    """Compare the sums of the classes with those over the levels that are visible."""
    levels = await visible_of(asking, asked, "inventoryInsights", CLASSED, seen)
    differs = differences(class_totals(asked, levels), found)
    assert not differs, (differs[:5], written(asked), seen)
    return "shown" if levels else "nothing"


async def visible_of(asking: Asking, asked: Asked, name: str, facts: str, seen: Seen) -> list[Any]:
    """Return facts of all that a list with the same filter has, as far as it is visible."""
    listed = replace(asked, alias="all", name=name, texts={**asked.texts, "first": "250"})
    text = written(replace(listed, type=CORE.query_type.fields[name].type, below=()))
    data, errors = await asking.ask(text.replace("__typename", facts))
    assert not errors
    assert len(data["all"]["nodes"]) == data["all"]["totalCount"]
    return [each for each in data["all"]["nodes"] if asking.oracle(seen).shows(each)]


@pytest.mark.parametrize("name", PRINCIPALS)
async def test_a_limited_answer_is_the_whole_one_without_what_is_not_visible(asking: Asking, name: str) -> None:
    """Lists, pages, counts, look-ups, nested fields and node ids; by each kind of visibility."""
    seen, kinds = PRINCIPALS[name], Counter[str]()
    for number in range(ROUNDS):
        for place, root in enumerate(_ROOTS, start=len(name)):
            dice = Random(f"{name}{root}{number}{SEED}")  # noqa: S311 - to be asked again
            asked = Drawing(dice, asking.names).root(root, is_whole=(place + number) % 2 == 1)
            kinds[await check(asking, asked, dice, seen)] += 1
    ranked = {"first": "2", "filter": "{abcClasses: [A, B, C]}", "orderBy": "SALES_VALUE"}  # seldom drawn
    insights = CORE.query_type.fields["inventoryInsights"].type
    await check(asking, Asked("ranked", "inventoryInsights", insights, {"first": 2}, texts=ranked), Random(name), seen)  # noqa: S311
    queries = kinds.total()
    assert kinds["nothing"] > queries // 20, kinds
    assert kinds["refused"] < queries // 5, kinds
    assert kinds["shown"] > queries // (20 if "no " in name else 6), kinds
