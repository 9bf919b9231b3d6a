"""Who is asked about which level."""

import pytest

from app.domain.stock.level import Level, LevelKey
from app.live.conflating_queue import ConflatingQueue
from app.live.subscriber_registry import SubscriberRegistry
from tests.live.lines import TEA, a_change

TEA_NORTH = LevelKey("TEA-1", "NORTH")
CUP = LevelKey("CUP-1", "MAIN")


def everything(_: Level) -> bool:
    """Want it."""
    return True


@pytest.mark.parametrize(
    ("skus", "locations", "heard"),
    [
        (None, None, [TEA, TEA_NORTH, CUP]),
        (("TEA-1",), None, [TEA, TEA_NORTH]),
        (("TEA-1", "CUP-1", "TEA-1"), ("MAIN",), [TEA, CUP]),
        (None, ("NORTH",), [TEA_NORTH]),
        ((), None, []),
        (None, (), []),
    ],
)
async def test_a_subscriber_hears_of_the_levels_that_it_names(
    skus: tuple[str, ...] | None, locations: tuple[str, ...] | None, heard: list[LevelKey]
) -> None:
    """SKUs and locations select together; None selects all, and an empty list nothing."""
    registry = SubscriberRegistry()
    with registry.listen(skus=skus, locations=locations, wants=everything) as queue:
        for key in (TEA, TEA_NORTH, CUP):
            registry.dispatch(a_change(key))
        assert [event.level.key for event in queue.take(10)] == heard


async def test_those_who_watch_other_items_are_not_asked() -> None:
    """One event among a thousand subscribers to single items costs its one subscriber."""
    registry = SubscriberRegistry()
    watchers = [registry.listen(skus=(f"TEA-{number}",), locations=None, wants=everything) for number in range(1_000)]
    queues: list[ConflatingQueue] = [watcher.__enter__() for watcher in watchers]
    assert registry.dispatch(a_change(TEA)) == 1
    assert [len(queue.take(10)) for queue in queues] == [0, 1, *[0] * 998]
    assert not registry.listens_to("CUP-1", "MAIN")
    for watcher in watchers:
        watcher.__exit__(None, None, None)
    assert (len(registry), registry._by_sku) == (0, {})


async def test_a_version_that_is_not_newer_is_told_to_nobody() -> None:
    """News that comes twice, or late, stops here."""
    registry = SubscriberRegistry()
    with registry.listen(skus=None, locations=None, wants=everything) as queue:
        registry.dispatch(a_change(version=2))
        assert queue.take(10) == [a_change(version=2)]
        registry.dispatch(a_change(version=2))
        registry.dispatch(a_change(version=1))
        assert queue.take(10) == []
