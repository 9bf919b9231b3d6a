"""Levels as they were at an earlier moment, looked up in the ledger, the same over every store."""

from app.domain.stock.level import LevelKey
from app.domain.stock.past_level import PastLevel
from app.domain.time import NEVER, Moment
from app.services.stock.past_levels import PastLevels
from tests.support.clock import SECOND, START
from tests.support.scene import CUP, TEA, adjust, given_catalog, given_level, line, request_info
from tests.support.store import Store


async def test_levels_are_found_as_they_were_at_any_moment(store: Store) -> None:
    """At every moment of a ledger of 40 lines, just before one and long after all of them; several at once."""
    # given
    past = PastLevels(levels=store.levels, ledger=store.ledger)
    await given_level(store, TEA, on_hand=100)
    await given_catalog(store, CUP)
    for number in range(39):
        store.clock.move(seconds=number % 3)  # some of them within one moment of the clock
        await adjust(store, TEA, -1)
    store.clock.move(seconds=5)
    await adjust(store, CUP, +7)
    never = LevelKey("NONE", "MAIN")
    lines = await store.movements(TEA)
    assert len(lines) == 40
    moments = sorted({Moment(line.recorded_at + shift) for line in lines for shift in (-1, 0, 1)})
    # then
    for moment in moments:
        found = await past.at(moment, [TEA, CUP, never])
        before = [line.after for line in lines if line.recorded_at <= moment]
        version = len(before)
        assert found[TEA] == PastLevel(
            on_hand=before[-1].on_hand if before else 0, version=version, counted_at=NEVER, is_final=version < 40
        )
        assert found[CUP] == PastLevel(on_hand=0, version=0, counted_at=NEVER, is_final=True)
        assert found[never] == PastLevel(on_hand=0, version=0, counted_at=NEVER, is_final=False)
    assert await past.at(Moment(START + 1_000 * SECOND), []) == {}


async def test_a_level_changes_at_its_own_line_of_a_batch(store: Store) -> None:
    """Although all levels of a batch have one moment, the same in the outcome, the level and the ledger."""
    # given
    past = PastLevels(levels=store.levels, ledger=store.ledger)
    await given_level(store, CUP, on_hand=3)
    await given_level(store, TEA, on_hand=3)
    # when
    lines = [line(TEA, 1), line(CUP, 1)]
    outcome = await store.stock.adjust_many(lines, is_atomic=True, request=request_info())
    # then
    tea, cup = outcome.movements
    assert tea.recorded_at < cup.recorded_at == cup.after.changed_at == tea.after.changed_at
    assert [await store.level(key) for key in (TEA, CUP)] == [tea.after, cup.after]
    assert [(await store.movements(key))[-1] for key in (TEA, CUP)] == [tea, cup]
    for moment, units in ((-1, [3, 3]), (0, [4, 3]), (1, [4, 4])):
        found = await past.at(Moment(tea.recorded_at + moment), [TEA, CUP])
        assert [found[key].on_hand for key in (TEA, CUP)] == units
        assert found[TEA].is_final is (tea.recorded_at + moment < tea.after.changed_at)
