"""Gaps in the news, and how they close."""

from collections.abc import Mapping

from app.domain.time import Moment
from app.live.progress import Progress
from app.services.live.ledger_offset import LedgerOffset


def at(base: int, reached: Mapping[str, int]) -> LedgerOffset:
    """Return a position."""
    return LedgerOffset(base=Moment(base), reached={writer: Moment(moment) for writer, moment in reached.items()})


def follow(progress: Progress, writer: str, after: int, to: int) -> bool:
    """Note a message."""
    return progress.follow(writer, after=Moment(after), to=Moment(to))


def test_messages_that_join_on_move_the_position() -> None:
    """Each message begins where the one before it ended; a new writer begins at nothing; repeats change nothing."""
    progress = Progress(at(50, {"a": 100}))
    assert follow(progress, "a", 100, 110)
    assert follow(progress, "a", 90, 105)
    assert follow(progress, "b", 0, 70)
    assert progress.offset == at(50, {"a": 110, "b": 70})


def test_a_writer_that_was_silent_for_long_joins_on() -> None:
    """A writer without an entry has nothing between its last line, before the base, and its next."""
    progress = Progress(at(50, {}))
    assert follow(progress, "a", 40, 120)
    assert progress.offset == at(50, {"a": 120})


def test_a_gap_stays_until_it_is_read() -> None:
    """After a lost message nothing joins on; once the ledger was read past the gap, what came behind it counts."""
    progress = Progress(at(50, {"a": 100}))
    assert not follow(progress, "a", 120, 130)
    assert not follow(progress, "a", 130, 140)
    assert progress.offset == at(50, {"a": 100})
    progress.catch_up(at(50, {"a": 110}))
    assert not follow(progress, "a", 140, 150)
    progress.catch_up(at(50, {"a": 125}))
    assert progress.offset == at(50, {"a": 150})
    assert follow(progress, "a", 150, 160)


def test_a_second_gap_behind_the_first_is_not_forgotten() -> None:
    """Reading past the first gap does not close the second."""
    progress = Progress(at(50, {"a": 100}))
    follow(progress, "a", 120, 130)
    follow(progress, "a", 150, 160)
    progress.catch_up(at(50, {"a": 125}))
    assert progress.offset == at(50, {"a": 125})
    progress.catch_up(at(50, {"a": 150}))
    assert progress.offset == at(50, {"a": 160})


def test_a_message_without_lines_tells_of_a_gap() -> None:
    """A publisher that comes back says how far its writer is; who has not seen that much has a gap."""
    progress = Progress(at(50, {"a": 100}))
    assert follow(progress, "a", 100, 100)
    assert not follow(progress, "a", 120, 120)
