"""What was checked, how often, and what was found to be wrong.

Rule: a violation is written to the log at once, so that a soak that is killed has not found it in vain.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

MAX_EXAMPLES = 20  # per invariant; the rest is counted


class Invariant(StrEnum):
    """What must be so."""

    ACKNOWLEDGED = "each acknowledged operation is in the ledger, with its effect"
    ONCE = "no operation is in the ledger twice, and none that was refused or never sent"
    LINES = "a level's versions have no gap, and each line joins on to the one before"
    LEVELS = "a level is what its lines add up to"
    SUMS = "a level is the sum of the effects that were acknowledged"
    ANSWERS = "each operation is answered, and not refused"
    RETRIED_ONCE = "at a rolling restart of several servers one retry is enough for each operation"
    FEEDS = "a feed of movements has each line once and in order"
    SUBSCRIBERS = "a subscriber's last state is the database's"
    ALERTS = "alerts match their levels, and their feed has each change once"
    WEBHOOKS = "a webhook gets each change at least once, signed, and in order"
    READY = "between faults each server says that it is ready"
    LOGS = "no traceback is in a log, and no background task is restarted"
    MEMORY = "memory stays below its bound"
    BOOKS = "`stockpulse reconcile` finds no difference"


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that did not hold, and when, in seconds since the beginning."""

    invariant: Invariant
    second: float
    what: str


@dataclass(slots=True)
class Findings:
    """All of a run. `say` gets a line for each violation that is kept."""

    say: Callable[[str], None] = lambda _: None
    began: float = field(default_factory=time.monotonic)
    checks: Counter[Invariant] = field(default_factory=Counter)
    violations: Counter[Invariant] = field(default_factory=Counter)
    examples: list[Violation] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not self.violations

    def check(self, invariant: Invariant, number: int = 1) -> None:
        """Take note that something was compared, so many times."""
        self.checks[invariant] += number

    def add(self, invariant: Invariant, what: str) -> None:
        """Take note of a violation."""
        self.violations[invariant] += 1
        if self.violations[invariant] <= MAX_EXAMPLES:
            self.examples.append(Violation(invariant, time.monotonic() - self.began, what))
            self.say(f"VIOLATION of “{invariant}”: {what}")
