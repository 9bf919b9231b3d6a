"""The promises of the ledger, checked on everything that a store holds."""

from collections import defaultdict
from itertools import pairwise

from app.domain.limits import MAX_QUANTITY
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import NEVER
from tests.support.store import Contents, Store

SETTINGS = ("reorder_point", "backorder_limit", "policy", "closed")
DECISIONS = ("declined", "takes_up")
COUNTS = tuple(  # no new one is overlooked
    name for name in LevelChange.__struct_fields__ if name not in (*SETTINGS, *DECISIONS)
)
_ASKED_FOR = frozenset(
    {
        MovementReason.SETTINGS,
        MovementReason.RESERVATION,
        MovementReason.RELEASE,
        MovementReason.EXPIRY,
        MovementReason.BACKORDER,
        MovementReason.TRANSFER,
        MovementReason.WRITE_OFF,
        MovementReason.PURCHASE,
    }
)  # what never breaks a promise


async def check_ledger(store: Store) -> Contents:
    """Prove that the ledger explains every level, and return what the store holds."""
    contents = await store.contents()
    ledgers: dict[LevelKey, list[Movement]] = defaultdict(list)
    for line in reversed(contents.movements):
        ledgers[line.after.key].append(line)
    assert ledgers.keys() == {level.key for level in contents.levels}
    for level in contents.levels:
        check_level(level, ledgers[level.key])
    moments = [(line.writer, line.recorded_at) for line in contents.movements]
    assert len(set(moments)) == len(moments), "a writer used a moment twice"
    assert {line.operation_id for line in contents.movements} <= contents.operations
    return contents


def check_level(level: Level, lines: list[Movement]) -> None:
    """Prove that these lines, the oldest first, make the level: dense versions, growing moments, and exact sums."""
    assert [line.after.version for line in lines] == list(range(1, level.version + 1))
    assert all(line.recorded_at <= line.after.changed_at for line in lines)
    assert all(earlier.after.changed_at < later.recorded_at for earlier, later in pairwise(lines))
    assert lines[-1].after == level
    for name in COUNTS:
        total = 0
        for line in lines:
            total += getattr(line.change, name)
            assert getattr(line.after, name) == total, (name, line)
            assert total >= 0 or name == "on_hand", (name, line)
            assert total <= MAX_QUANTITY, (name, line)
    counted_at = NEVER
    for line in lines:
        counted_at = line.after.changed_at if line.reason is MovementReason.COUNT else counted_at
        assert line.after.counted_at == counted_at, line
    for earlier, later in pairwise((None, *lines)):
        _check_debts(earlier.after if earlier else Level(key=later.after.key), later)
    for earlier, later in pairwise(lines):
        for name in SETTINGS:
            said = getattr(later.change, name)
            assert getattr(later.after, name) == (getattr(earlier.after, name) if said is None else said), (name, later)
        check_decision(earlier.after, later)


def check_decision(before: Level, line: Movement) -> None:
    """Prove that what is declined after a line was decided with it or before, and holds."""
    after, said = line.after, line.change.declined
    if after.declined is None:
        return
    assert not line.change.takes_up, line
    known = [(each.reason, each.by, each.at) for each in (before.declined, said) if each is not None]
    assert (after.declined.reason, after.declined.by, after.declined.at) in known, line
    assert after.declined.wake_position is None or after.declined.wake_position < after.position, line
    assert not after.is_short, line


def _check_debts(before: Level, line: Movement) -> None:
    """Promises are broken, and less than nothing is on hand, only by what has happened already."""
    has_happened = line.reason not in _ASKED_FOR or line.change.on_hand > 0  # damaged units that arrive
    assert line.after.shortfall <= before.shortfall or has_happened, line
    assert line.after.oversold <= before.oversold or line.reason is MovementReason.SALE, line
