"""Who is told about which level."""

import pytest

from app.domain.live.events import LevelEvent
from app.domain.stock.level import LevelKey
from app.live.listener_registry import MAX_LEVELS_NAMED, ListenerRegistry
from tests.live.lines import TEA, a_change

TEA_NORTH = LevelKey("TEA-1", "NORTH")
CUP = LevelKey("CUP-1", "MAIN")
MANY = tuple(f"SHOP-{number}" for number in range(MAX_LEVELS_NAMED))


@pytest.mark.parametrize(
    ("skus", "locations", "heard"),
    [
        (None, None, [TEA, TEA_NORTH, CUP]),
        (("TEA-1",), None, [TEA, TEA_NORTH]),
        (("TEA-1", "CUP-1", "TEA-1"), ("MAIN",), [TEA, CUP]),
        (("TEA-1", "CUP-1"), ("MAIN", *MANY), [TEA, CUP]),
        (None, ("NORTH", "NORTH"), [TEA_NORTH]),
        ((), None, []),
        (None, (), []),
        (("TEA-1",), (), []),
    ],
)
async def test_a_listener_hears_of_the_levels_that_it_names(
    skus: tuple[str, ...] | None, locations: tuple[str, ...] | None, heard: list[LevelKey]
) -> None:
    """SKUs and locations select together; None selects all, and an empty list nothing. Nothing is left afterwards."""
    registry = ListenerRegistry()
    told: list[LevelEvent] = []
    with registry.listen(skus=skus, locations=locations, hear=told.append):
        for key in (TEA, TEA_NORTH, CUP):
            assert registry.awaits(key, 1) or key not in heard
            registry.dispatch(a_change(key))
    assert [event.level.key for event in told] == heard
    assert (len(registry), registry.awaits(TEA, 9)) == (0, False)
    assert not any((registry._by_key, registry._by_sku, registry._by_location, registry._everywhere))


async def test_those_who_watch_other_levels_are_not_told() -> None:
    """One event among a thousand listeners to single levels costs its one listener."""
    registry = ListenerRegistry()
    heard: list[list[LevelEvent]] = [[] for _ in range(1_000)]
    listening = [
        registry.listen(skus=("TEA-1",), locations=(f"SHOP-{number}",), hear=events.append)
        for number, events in enumerate(heard)
    ]
    for each in listening:
        each.__enter__()
    assert registry.dispatch(a_change(LevelKey("TEA-1", "SHOP-1"))) == 1
    assert [len(events) for events in heard] == [0, 1, *[0] * 998]
    assert not registry.awaits(LevelKey("TEA-1", "MAIN"), 1)
    for each in listening:
        each.__exit__(None, None, None)


async def test_a_version_that_is_not_newer_is_told_to_nobody() -> None:
    """News that comes twice, or late, stops here."""
    registry = ListenerRegistry()
    heard: list[LevelEvent] = []
    with registry.listen(skus=None, locations=None, hear=heard.append):
        for version in (2, 2, 1):
            registry.dispatch(a_change(version=version))
    assert heard == [a_change(version=2)]
