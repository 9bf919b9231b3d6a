"""Who comes next, where some commands have a thousand lines and others one."""

import asyncio

import pytest

from app.store.writer.waiting_commands import MANY_LINES, Waiting, WaitingCommands
from tests.support.scene import TEA, an_adjustment


@pytest.fixture
def queue() -> WaitingCommands:
    """Return a queue that has room for ten thousand lines."""
    return WaitingCommands(lines_max=10_000)


async def test_callers_of_few_lines_have_every_other_batch_beside_an_import(queue: WaitingCommands) -> None:
    """Nobody waits for more than one batch of the others, and each queue keeps its order."""
    _add(queue, 1_000, 1_000, 1_000)
    _add(queue, 1, 2)
    assert _sizes(queue.next_batch()) == [1, 2]
    _add(queue, 6)
    assert _sizes(queue.next_batch()) == [1_000, 6]  # there is room
    _add(queue, 3, 4)
    assert _sizes(queue.next_batch()) == [3, 4]
    _add(queue, 5)
    assert _sizes(queue.next_batch()) == [1_000, 5]
    assert _sizes(queue.next_batch()) == [1_000]  # nobody else waits
    assert not queue
    assert queue.lines == 0


async def test_a_batch_has_as_many_lines_as_one_transaction_may(queue: WaitingCommands) -> None:
    """Commands of many lines share one as far as they fit, as do those of few; a larger one is alone."""
    _add(queue, 400, 600, 100, 1_500)
    assert [_sizes(queue.next_batch()) for _ in range(3)] == [[400, 600], [100], [1_500]]
    _add(queue, *30 * [99])
    assert [len(queue.next_batch()) for _ in range(2)] == [20, 10]


async def test_what_is_put_back_comes_first_again(queue: WaitingCommands) -> None:
    """Those that did not fit a batch are not overtaken."""
    _add(queue, 1, 2, 3)
    batch = queue.next_batch()
    _add(queue, 4)
    queue.put_back(batch[1:])
    assert queue.lines == 9
    assert _sizes(queue.take_all()) == [2, 3, 4]


async def test_an_import_does_not_take_the_last_places() -> None:
    """Where only many lines are refused, a caller with one still gets a place; an idle writer takes everything."""
    queue = WaitingCommands(lines_max=1_000)
    assert queue.has_room_for(5_000)
    _add(queue, 850)
    assert not queue.has_room_for(MANY_LINES)
    assert queue.has_room_for(MANY_LINES - 1)
    _add(queue, 150)
    assert not queue.has_room_for(1)


def _add(queue: WaitingCommands, *sizes: int) -> None:
    command = an_adjustment(TEA, 1, idempotency_key="any")
    for lines in sizes:
        queue.add(Waiting(command, asyncio.get_running_loop().create_future(), lines, ()))


def _sizes(batch: list[Waiting]) -> list[int]:
    return [waiting.lines for waiting in batch]
