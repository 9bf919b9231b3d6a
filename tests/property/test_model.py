"""What the machine accepts as an explanation, and what it does not."""

from collections.abc import Sequence

from app.domain.catalog.commands.archive import ArchiveLocation
from app.domain.command import Command
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.store.memory.store import MemoryStore
from tests.property.commands import info
from tests.property.comparison import Result, Told, told_by
from tests.property.model import copied, in_order, side_by_side
from tests.support.scene import CUP, TEA, TEA_NORTH, given_level
from tests.support.store import memory_store


async def given_model() -> MemoryStore:
    """Return a model with a unit each of TEA at MAIN and NORTH, and of CUP at MAIN."""
    store = memory_store()
    for key in (TEA, CUP, TEA_NORTH):
        await given_level(store, key, on_hand=1)
    assert isinstance(store.writer, MemoryStore)
    return store.writer


def adjusted(key: LevelKey, delta: int) -> Command:
    """Return a change of a level."""
    return AdjustStock(info=info(("shop", None)), key=key, delta=delta, reason=MovementReason.OTHER)


async def told(model: MemoryStore, *commands: Command) -> list[Result]:
    """Return what callers are told who are alone with the model, which stays as it is."""
    twin = copied(model)
    return [await told_by(twin, command) for command in commands]


async def explained(
    model: MemoryStore, first: Sequence[Command], second: Sequence[Command], results: Sequence[Result]
) -> tuple[list[int], list[int]]:
    """Return how many units there are in each explanation: by an order, and side by side."""
    ordered = [units(twin) async for twin in in_order(model, first, second, results)]
    return ordered, [units(twin) async for twin in side_by_side(model, first, second, results)]


def units(model: MemoryStore) -> int:
    """Return all units on hand."""
    return sum(level.on_hand for level in model._levels.values())


async def test_two_changes_of_one_level_are_explained_by_their_order() -> None:
    """Whoever came second has seen what the first did. Nothing explains that neither has."""
    model = await given_model()
    plus, minus = adjusted(TEA, +5), adjusted(TEA, -6)
    both, one = await told(model, plus, minus), await told(model, plus)
    assert await explained(model, [plus], [minus], both) == ([2], [])
    assert await explained(model, [minus], [plus], both[::-1]) == ([2], [])
    assert await explained(model, [plus], [plus], 2 * one) == ([], [])


async def test_each_of_two_may_refuse_what_the_other_makes_possible() -> None:
    """No order explains that, but each refusal was right when it was decided."""
    model = await given_model()
    first, second = [adjusted(TEA, +5), adjusted(CUP, -3)], [adjusted(CUP, +5), adjusted(TEA, -3)]
    results = [*await told(model, *first), *await told(model, *second)]
    assert [isinstance(result, Told) for result in results] == [True, False, True, False]
    assert await explained(model, first, second, results) == ([], [13, 13, 13])


async def test_a_location_may_be_seen_closed_before_all_that_came_with_its_closing() -> None:
    """Locations are no part of the snapshot on which a batch is decided."""
    model = await given_model()
    first = [adjusted(CUP, +1), adjusted(TEA_NORTH, -3)]
    second = [adjusted(TEA_NORTH, +5), ArchiveLocation(info=info(("shop", None)), code="MAIN", is_archived=True)]
    [_, closed] = await told(model, second[1], first[0])
    [short] = await told(model, first[1])
    assert [type(result) for result in (closed, short)] == [tuple, tuple]
    assert await explained(model, first, second, [closed, short, *await told(model, *second)]) == ([], [8])
