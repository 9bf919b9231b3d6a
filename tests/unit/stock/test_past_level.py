"""What a level was at an earlier moment, and when that is certain."""

import pytest

from app.domain.errors import StaleLevel
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.past_level import PastLevel, level_at
from app.domain.time import NEVER, Moment

KEY = LevelKey("TEA-1", "MAIN")


def level(version: int, *, at: int) -> Level:
    """Return a level with as many units as its version."""
    return Level(key=KEY, on_hand=version, version=version, changed_at=Moment(at))


def past(version: int, *, is_final: bool = False) -> PastLevel:
    """Return what was read of it at a version."""
    return PastLevel(on_hand=version, version=version, counted_at=NEVER, is_final=is_final)


def test_a_level_that_has_not_changed_since_is_what_it_is() -> None:
    """Whatever was read."""
    for read in (None, past(2), past(2, is_final=True)):
        assert level_at(Moment(10), now=level(3, at=10), past=read) == past(3)


def test_a_level_whose_next_change_is_known_to_be_later_was_what_was_read() -> None:
    """Because the ledger said so, or because the next version is the present one."""
    assert level_at(Moment(10), now=level(9, at=11), past=past(2, is_final=True)) == past(2, is_final=True)
    assert level_at(Moment(10), now=level(3, at=11), past=past(2)) == past(2)


@pytest.mark.parametrize(("read", "expected"), [(past(2), 2), (None, 0)])
def test_a_level_that_may_have_changed_before_the_moment_is_read_again(read: PastLevel | None, expected: int) -> None:
    """Two changes came after the read: the first of them may have come before the moment."""
    with pytest.raises(StaleLevel) as refusal:
        level_at(Moment(10), now=level(4, at=11), past=read)
    assert refusal.value == StaleLevel(sku="TEA-1", location="MAIN", expected=expected, actual=4)
