"""Levels that have just begun: followed at once where there is any policy, and forgotten where there is none."""

from collections.abc import Sequence

import pytest

from app.domain.failures import Unavailable
from app.domain.limits import MAX_POLICY_LEVELS
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import NEVER
from app.services.committed_batch import CommittedBatch
from app.services.replenishment.new_level_policy_worker import MAX_WAITING, NewLevelPolicyWorker
from tests.support.waiting import eventually


class Queue:
    """Says whether there are policies, and counts how often it is asked. See PolicyQueue."""

    def __init__(self, *, are_any: bool) -> None:
        self.answer = are_any
        self.asked = 0

    async def are_any(self) -> bool:
        self.asked += 1
        return self.answer


class Walk:
    """Keeps what it is to bring in line. See PolicyWalk."""

    def __init__(self) -> None:
        self.commands: list[Sequence[LevelKey]] = []
        self.is_away = False
        self.failures: list[Exception] = []  # of the next commands

    async def apply_to(self, keys: Sequence[LevelKey]) -> int:
        if self.is_away:
            raise Unavailable("away")
        if self.failures:
            raise self.failures.pop(0)
        self.commands.append(keys)
        return len(keys)


def news(count: int, *, version: int = 1) -> CommittedBatch:
    """Return what a commit brought: so many levels at a version."""
    lines = [
        Movement(
            operation_id="a",
            writer="w",
            recorded_at=NEVER,
            reason=MovementReason.RECEIPT,
            change=LevelChange(on_hand=1),
            after=Level(key=LevelKey(f"S-{number:05}", "MAIN"), on_hand=1, version=version),
        )
        for number in range(count)
    ]
    return CommittedBatch(writer="w", movements=lines)


def followed_by(queue: Queue, walk: Walk) -> NewLevelPolicyWorker:
    """Return the follower over fakes."""
    return NewLevelPolicyWorker(walk=walk, queue=queue)  # type: ignore[arg-type] # as much of both as it uses


async def test_without_any_policy_an_import_costs_one_small_read() -> None:
    """However many levels it begins, and nothing waits afterwards."""
    queue, walk = Queue(are_any=False), Walk()
    levels = followed_by(queue, walk)
    levels.committed(news(5_000))
    await levels.apply()
    await levels.apply()
    assert (queue.asked, walk.commands) == (1, [])


async def test_what_begins_is_brought_in_line_in_order() -> None:
    """Some hundreds by each command; levels that are there already are none of its business."""
    queue, walk = Queue(are_any=True), Walk()
    levels = followed_by(queue, walk)
    levels.committed(news(3, version=2))
    await levels.apply()
    assert walk.commands == []
    levels.committed(news(MAX_POLICY_LEVELS + 1))
    await levels.apply()
    assert [len(keys) for keys in walk.commands] == [MAX_POLICY_LEVELS, 1]
    assert walk.commands[1][0].sku == f"S-{MAX_POLICY_LEVELS:05}"


async def test_what_cannot_be_done_now_waits() -> None:
    """Until the database is back."""
    queue, walk = Queue(are_any=True), Walk()
    levels = followed_by(queue, walk)
    levels.committed(news(2))
    walk.is_away = True
    with pytest.raises(Unavailable):
        await levels.apply()
    walk.is_away = False
    await levels.apply()
    assert [len(keys) for keys in walk.commands] == [2]


async def test_no_more_wait_than_memory_is_meant_for() -> None:
    """The rest is made up for later."""
    queue, walk = Queue(are_any=True), Walk()
    levels = followed_by(queue, walk)
    levels.committed(news(MAX_WAITING + 1))
    await levels.apply()
    assert sum(len(keys) for keys in walk.commands) == MAX_WAITING


async def test_in_the_background_what_cannot_be_done_now_is_done_later() -> None:
    """Though nothing else begins in between."""
    walk = Walk()
    walk.failures = [Unavailable("away")]
    async with followed_by(Queue(are_any=True), walk) as levels:
        levels.committed(news(2))
        await eventually(lambda: walk.commands != [])
    assert [len(keys) for keys in walk.commands] == [2]


async def test_levels_with_something_wrong_about_them_do_not_stop_those_to_come() -> None:
    """They are left to those who make up for what was lost."""
    walk = Walk()
    walk.failures = [ValueError("wrong")]
    async with followed_by(Queue(are_any=True), walk) as levels:
        levels.committed(news(3))
        await eventually(lambda: walk.failures == [])
        levels.committed(news(1))
        await eventually(lambda: walk.commands != [])
    assert [len(keys) for keys in walk.commands] == [1]
