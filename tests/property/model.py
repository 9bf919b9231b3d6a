"""The model: a store in memory, and what of it could explain what callers at two writers were told."""

from collections.abc import AsyncIterator, Iterator, Sequence
from copy import copy
from itertools import combinations
from typing import Any

from app.domain.command import Command
from app.store.memory.store import MemoryStore
from tests.property.comparison import Result, told_by

STATE = ("_levels", "_ledger", "_operations", "_items", "_locations", "_documents")


def copied(model: MemoryStore) -> MemoryStore:
    """Return a copy of the model; what it holds is immutable."""
    twin = copy(model)
    for name in STATE:
        setattr(twin, name, dict(getattr(model, name)))
    return twin


def adopt(model: MemoryStore, twin: MemoryStore) -> None:
    """Let the model hold what its twin holds."""
    for name in (*STATE, "_last_moment"):
        setattr(model, name, getattr(twin, name))


async def in_order(
    model: MemoryStore, first: Sequence[Command], second: Sequence[Command], told: Sequence[Result]
) -> AsyncIterator[MemoryStore]:
    """Yield what the model becomes in each order of the commands that explains what was told.

    The commands of each of the two callers stay in their order; `told` are the results of the first, then the second.
    """
    everything = [*first, *second]
    for places in combinations(range(len(everything)), len(first)):
        twin = copied(model)
        for index in _interleaved(places, len(first), len(everything)):
            if await told_by(twin, everything[index]) != told[index]:
                break
        else:
            yield twin


async def side_by_side(
    model: MemoryStore, first: Sequence[Command], second: Sequence[Command], told: Sequence[Result]
) -> AsyncIterator[MemoryStore]:
    """Yield what the model becomes where neither caller saw what the other did, if that explains what was told.

    That is what transactions on snapshots may come to, though only where they change different things. Locations are
    no part of the snapshot: either caller may see those that the other has changed.
    """
    told_first, told_second = told[: len(first)], told[len(first) :]
    for seen in ("neither", "first", "second"):
        one, other = copied(model), copied(model)
        if seen == "second":
            is_published = await _tells(other, second, told_second)
            one._locations = dict(other._locations)
            is_published = is_published and await _tells(one, first, told_first)
        else:
            is_published = await _tells(one, first, told_first)
            other._locations = dict(one._locations if seen == "first" else model._locations)
            is_published = is_published and await _tells(other, second, told_second)
        if is_published and (both := _joined(model, one, other)) is not None:
            yield both


async def _tells(twin: MemoryStore, commands: Sequence[Command], told: Sequence[Result]) -> bool:
    return [await told_by(twin, command) for command in commands] == list(told)


def _joined(model: MemoryStore, one: MemoryStore, other: MemoryStore) -> MemoryStore | None:
    """Return the model with the changes of both; None where both changed the same thing."""
    both = copied(model)
    for name in STATE:
        before, after = getattr(model, name), getattr(both, name)
        changed = [_changed(before, getattr(twin, name)) for twin in (one, other)]
        if any(value is not changed[1].get(key, value) for key, value in changed[0].items()):
            return None
        for changes in changed:
            after.update(changes)
    both._last_moment = max(one._last_moment, other._last_moment)
    return both


def _changed(before: dict[Any, Any], after: dict[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in after.items() if before.get(key) is not value}


def _interleaved(places: Sequence[int], count_first: int, count_all: int) -> Iterator[int]:
    """Yield the indexes of all commands in an order in which those of the first caller stand at these places."""
    first, second = iter(range(count_first)), iter(range(count_first, count_all))
    for place in range(count_all):
        yield next(first if place in places else second)
