"""The audit finds each way in which a ledger can differ from what was acknowledged."""

from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from app.client.replay.ledger_walk import AccountCounts, Standing
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.journal import OperationFate, SoakJournal
from app.client.soak.proofs.ledger_audit import AuditedLine, LedgerAudit
from app.domain.stock.level import LevelKey

TEA = LevelKey("TEA", "SHOP")
FIVE = {TEA: AccountCounts(5)}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SoakJournal]:
    """Return a journal without an operation."""
    with SoakJournal(tmp_path / "journal", run="R") as journal:
        yield journal


@pytest.fixture
def findings() -> Findings:
    """Return findings without a violation."""
    return Findings()


@pytest.fixture
def audit(journal: SoakJournal, findings: Findings) -> LedgerAudit:
    """Return an audit that has compared nothing."""
    return LedgerAudit(journal, findings)


def acknowledged(journal: SoakJournal) -> int:
    """Return the number of an acknowledged operation that adds five units."""
    number = journal.begin("stockAdjust", FIVE)
    journal.acknowledge(number, attempts=1)
    return number


def a_line(journal: SoakJournal, number: int, *, version: int = 1, units: int = 5, after: int = 5) -> AuditedLine:
    """Return the line of an operation."""
    return AuditedLine(
        version=version,
        change=AccountCounts(units),
        after=AccountCounts(after),
        kind="stockAdjust",
        key=journal.key(number),
    )


def pass_over(audit: LedgerAudit, *lines: AuditedLine, units: int, version: int) -> None:
    """Compare a level of so many units with lines, and end the pass."""
    audit.compare(TEA, Standing(AccountCounts(units), version), lines)
    audit.end_pass(inf)
    audit.compare_sums()


def test_what_was_acknowledged_and_is_there_once_is_no_violation(
    journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """Two passes over two operations find nothing, and forget what is proven."""
    pass_over(audit, a_line(journal, acknowledged(journal)), units=5, version=1)
    pass_over(audit, a_line(journal, acknowledged(journal), version=2, after=10), units=10, version=2)
    assert findings.violations == {}
    assert findings.checks[Invariant.ACKNOWLEDGED] == findings.checks[Invariant.ONCE] == 2
    assert journal.open == {}
    assert journal.fate(0) == OperationFate.ACKNOWLEDGED | OperationFate.RECORDED


def test_a_lost_operation_is_found_once(journal: SoakJournal, audit: LedgerAudit, findings: Findings) -> None:
    """An acknowledged operation without a line is a violation, and its units are missing."""
    acknowledged(journal)
    pass_over(audit, units=0, version=0)
    audit.end_pass(inf)
    assert findings.violations == {Invariant.ACKNOWLEDGED: 1, Invariant.SUMS: 1}


def test_an_operation_that_waits_for_its_answer_is_no_violation(
    journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """It may be recorded or not; once it is acknowledged, it counts."""
    number = journal.begin("stockAdjust", FIVE)
    journal.begin("stockAdjust", FIVE)
    audit.compare(TEA, Standing(AccountCounts(5), 1), [a_line(journal, number)])
    audit.end_pass(inf)
    assert findings.violations == {}
    assert journal.unanswered == 2
    journal.acknowledge(number, attempts=3)
    assert list(journal.open) == [1]


def test_an_operation_recorded_twice_is_found(journal: SoakJournal, audit: LedgerAudit, findings: Findings) -> None:
    """Two lines under one key are a violation, also where the second is found in a later pass."""
    number = acknowledged(journal)
    pass_over(audit, a_line(journal, number), units=5, version=1)
    pass_over(audit, a_line(journal, number, version=2, after=10), units=10, version=2)
    assert findings.violations == {Invariant.ONCE: 1, Invariant.SUMS: 1}


def test_an_operation_that_was_refused_but_recorded_is_found(
    journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """A refusal must change nothing."""
    number = journal.begin("stockAdjust", FIVE)
    journal.refuse(number, "INSUFFICIENT_STOCK")
    audit.compare(TEA, Standing(AccountCounts(5), 1), [a_line(journal, number)])
    assert findings.violations == {Invariant.ONCE: 1}


def test_a_line_of_others_is_found(journal: SoakJournal, audit: LedgerAudit, findings: Findings) -> None:
    """A line that no operation of ours explains is a violation; the release of what expired is not."""
    expired = AuditedLine(
        version=1, change=AccountCounts(reserved=-1), after=AccountCounts(), kind="reservationExpire", key=None
    )
    audit.compare(TEA, Standing(AccountCounts(), 1), [expired])
    assert findings.violations == {Invariant.LINES: 1}  # nothing was reserved
    pass_over(audit, a_line(journal, 9, version=2), units=5, version=2)
    assert findings.violations[Invariant.ONCE] == 1


def test_an_operation_with_another_effect_is_found(
    journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """The ledger says four units where five were asked for."""
    pass_over(audit, a_line(journal, acknowledged(journal), units=4, after=4), units=4, version=1)
    assert findings.violations == {Invariant.ACKNOWLEDGED: 1, Invariant.SUMS: 1}


@pytest.mark.parametrize("second", [{"version": 3, "after": 10}, {"version": 1, "after": 10}, {"version": 2}])
def test_a_gap_a_repeat_and_a_line_that_does_not_join_on_are_found(
    second: dict[str, int], journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """Each line follows the version before it, and adds to its counts."""
    first = a_line(journal, acknowledged(journal))
    line = a_line(journal, acknowledged(journal), **second)
    audit.compare(TEA, Standing(line.after, line.version), [first, line])
    assert findings.violations[Invariant.LINES] == 1


def test_a_level_that_is_not_what_its_lines_say_is_found(
    journal: SoakJournal, audit: LedgerAudit, findings: Findings
) -> None:
    """The level has a unit more; and one whose newest line is missing is found as well."""
    pass_over(audit, a_line(journal, acknowledged(journal)), units=6, version=1)
    assert findings.violations == {Invariant.LEVELS: 1}
    audit.compare(TEA, Standing(AccountCounts(6), 2), [])
    assert findings.violations[Invariant.LINES] == 1
