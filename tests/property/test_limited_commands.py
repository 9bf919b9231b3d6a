"""Whatever a limited principal asks for comes out as if nothing but what it sees existed.

Rule: a command on the whole stock is compared with the plain command on a stock that holds only what is visible. So a
refusal tells nothing else, and an acceptance changes nothing else, whichever command it is.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.access.limited_command import LimitedCommand
from app.domain.access.visibility import Visibility
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.command import Command
from app.domain.document import Document
from app.domain.errors import InvalidValue
from app.domain.time import Moment
from app.store.memory.store import MemoryStore
from tests.property.commands import SKUS, info, stock_commands
from tests.property.comparison import Result, Told, told_by
from tests.property.document_commands import (
    creations_of_reservations,
    openings_of_counts,
    picks,
    steps_of_alerts,
    steps_of_counts,
    steps_of_reservations,
)
from tests.property.model import copied
from tests.property.opening import scene
from tests.property.pick_resolution import Aim, looked_up
from tests.property.purchase_commands import creations_of_orders, steps_of_orders
from tests.support.clock import SECOND, START
from tests.support.store import Store, memory_store

MAIN = Visibility(locations=frozenset({"MAIN"}))
TEA = Visibility(categories=frozenset({"tea"}))
WAITS = "An order whose units wait"  # anywhere: to those who see everything, that is allowed
OF_LEVELS = st.one_of(stock_commands, stock_commands, steps_of_alerts(picks))
OF_DOCUMENTS = st.one_of(
    OF_LEVELS,
    creations_of_reservations,
    steps_of_reservations(picks),
    openings_of_counts,
    steps_of_counts(picks),
    creations_of_orders,
    steps_of_orders(picks),
)


async def given_shop() -> Store:
    """Return a shop with some of everything, TEA in a category of its own."""
    store = memory_store(assigns_backorders=False)
    store.clock.now = START
    for command in scene():
        await store.run(await looked_up(command, store))
    change = ItemChange(sku=SKUS[0], category="Tea")
    await store.run(UpsertItem(info=info(("shop", None)), change=change))
    return store


def seen_of(model: MemoryStore, visibility: Visibility) -> MemoryStore:
    """Return a model that holds what is visible."""
    twin: Any = copied(model)
    items = {sku: item for sku, item in twin._items.items() if visibility.shows_category(item.category)}

    def shows(document: Document) -> bool:
        return document.is_within(visibility) and (document.about_item is None or document.about_item in items)

    def sees(name: str, is_seen: Callable[[Any], bool]) -> None:
        setattr(twin, name, {key: each for key, each in getattr(twin, name).items() if is_seen(each)})

    twin._items = items
    sees("_locations", lambda location: visibility.shows_location(location.code))
    sees("_levels", lambda level: visibility.shows_location(level.key.location) and level.key.sku in items)
    sees("_documents", shows)
    return twin  # type: ignore[no-any-return]


def hidden_of(model: Any, visibility: Visibility) -> list[Any]:  # noqa: ANN401 - looks inside a model
    """Return the levels and documents that are not visible, in their order."""
    seen: Any = seen_of(model, visibility)
    return [
        each
        for name in ("_levels", "_documents", "_items", "_locations")
        for key, each in getattr(model, name).items()
        if key not in getattr(seen, name)
    ]


async def play(visibility: Visibility, drawn: Sequence[tuple[Command, bool]]) -> None:
    """Run commands in turn, some of them for a limited principal, and compare those."""
    store = await given_shop()
    model: Any = store.writer
    for number, (command, is_limited) in enumerate(drawn, start=1):
        store.clock.now = Moment(START + 7_200 * SECOND * number)
        aim = Aim(contents=await store.contents(), commands=[command], now=store.clock.now)
        asked = await looked_up(aim.aimed(command), store)
        if not is_limited:
            await told_by(model, asked)
            continue
        expected = await told_by(seen_of(model, visibility), asked)
        hidden = hidden_of(model, visibility)
        limited = await told_by(model, LimitedCommand(command=asked, visibility=visibility))
        assert hidden_of(model, visibility) == hidden, asked
        if not _waits(limited):
            assert _narrowed(limited, visibility) == _narrowed(expected, visibility), asked


def _waits(told: Result) -> bool:
    return isinstance(told, tuple) and any(isinstance(each, InvalidValue) and each.what == WAITS for each in told)


def _narrowed(told: Result, visibility: Visibility) -> Result:
    """Return what a repeat tells as far as locations show it, as the bus does: the first request saw more."""
    if not isinstance(told, Told) or not told.replayed:
        return told
    return Told(operation_id=told.operation_id, replayed=True, movements=(), documents=(), refusals=())


def sequences(commands: st.SearchStrategy[Command]) -> st.SearchStrategy[list[tuple[Command, bool]]]:
    """Return sequences of commands, each with whether a limited principal sends it."""
    return st.lists(st.tuples(commands, st.booleans()), min_size=1, max_size=25)


@settings(max_examples=40)
@given(drawn=sequences(OF_DOCUMENTS))
def test_a_limited_command_is_the_command_on_what_is_visible(drawn: list[tuple[Command, bool]]) -> None:
    """By locations, on levels and documents."""
    asyncio.run(play(MAIN, drawn))


@settings(max_examples=40)
@given(drawn=sequences(OF_LEVELS))
def test_so_it_is_where_categories_limit(drawn: list[tuple[Command, bool]]) -> None:
    """On levels: documents with lines of several items are not visible then."""
    asyncio.run(play(TEA, drawn))
