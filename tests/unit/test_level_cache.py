"""The levels that a writer remembers: bounded, forward only, and not trusted where they were wrong."""

from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.store.writer.reading.level_cache import (
    DISTRUST_SECONDS,
    FIRST_PAUSE_SECONDS,
    MAX_PAUSE_SECONDS,
    TRUSTED_SECONDS,
    LevelCache,
)

TEA, MUG = LevelKey("TEA-1", "LONDON"), LevelKey("MUG-1", "LONDON")


class Clock:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def a_level(key: LevelKey = TEA, *, version: int = 1, on_hand: int = 5) -> Level:
    """Return a level."""
    return Level(key=key, version=version, on_hand=on_hand, changed_at=Moment(version))


def a_cache(*levels: Level, clock: Clock, max_levels: int = 10) -> LevelCache:
    """Return a cache that has just noted these levels."""
    cache = LevelCache(monotonic=clock, max_levels=max_levels)
    cache.keep({level.key: level for level in levels}, lambda _: False)
    return cache


def test_it_keeps_what_was_used_last() -> None:
    """Of more levels than it may keep, those used longest ago go."""
    cache = a_cache(clock=Clock(), max_levels=2)
    for name in "ABA":
        cache.keep({LevelKey(name, "X"): a_level(LevelKey(name, "X"))}, lambda sku: sku == "A")
    cache.keep({TEA: a_level()}, lambda _: False)
    found = cache.get([LevelKey("A", "X"), LevelKey("B", "X"), TEA])
    assert {key: each.is_item_archived for key, each in found.items()} == {LevelKey("A", "X"): True, TEA: False}


def test_it_never_keeps_more_than_it_may() -> None:
    """Where it is full, a twentieth of the levels goes: those used longest ago, and none of the others."""
    cache = a_cache(clock=Clock(), max_levels=100)
    keys = [LevelKey(f"SKU-{number}", "X") for number in range(1_000)]
    for noted, key in enumerate(keys, start=1):
        cache.keep({key: a_level(key)}, lambda _: False)
        assert len(cache) <= 100
        assert set(keys[max(0, noted - 95) : noted]) <= cache.get(keys[:noted]).keys()


def test_it_trusts_nothing_for_long() -> None:
    """A level that nobody changes is read again after a while."""
    clock = Clock()
    cache = a_cache(a_level(), clock=clock)
    assert cache.get([TEA, MUG]).keys() == {TEA}
    clock.now += TRUSTED_SECONDS
    assert not cache.get([TEA])


def test_it_hears_of_later_versions_of_what_it_knows_only() -> None:
    """Messages come late and twice; and most are about levels that this process never touches."""
    cache = a_cache(a_level(version=3), clock=Clock())
    assert [cache.is_news(TEA, version) for version in (2, 3, 4)] == [False, False, True]
    assert not cache.is_news(MUG, 9)
    cache.hear([a_level(version=2, on_hand=2), a_level(version=4, on_hand=4), a_level(MUG, version=9)])
    assert {key: each.level.version for key, each in cache.get([TEA, MUG]).items()} == {TEA: 4}


def test_what_it_was_wrong_about_is_read_for_a_while() -> None:
    """The other levels stay trusted."""
    clock = Clock()
    cache = a_cache(a_level(), a_level(MUG), clock=clock)
    cache.distrust([TEA])
    cache.keep({TEA: a_level(version=2)}, lambda _: False)
    assert cache.get([TEA, MUG]).keys() == {MUG}
    clock.now += DISTRUST_SECONDS
    assert cache.get([TEA, MUG]).keys() == {TEA, MUG}


def test_it_rests_the_longer_the_more_races_are_lost() -> None:
    """Each pause is twice the one before, up to a limit; after a quiet time it is short again."""
    clock = Clock()
    cache = a_cache(a_level(), clock=clock)

    def is_trusted_after(seconds: float) -> bool:
        clock.now += seconds
        cache.keep({TEA: a_level()}, lambda _: False)
        return bool(cache.get([TEA]))

    pause = FIRST_PAUSE_SECONDS
    for _ in range(9):
        cache.lost_race()
        assert not is_trusted_after(0.9 * pause)
        assert is_trusted_after(0.2 * pause)
        pause = min(2 * pause, MAX_PAUSE_SECONDS)
    assert pause == MAX_PAUSE_SECONDS
    clock.now += 2 * MAX_PAUSE_SECONDS
    cache.lost_race()
    assert is_trusted_after(1.1 * FIRST_PAUSE_SECONDS)
