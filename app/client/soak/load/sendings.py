"""How often operations had to be sent: what clients feel that retry once, as most do.

Rule: an operation belongs to the time in which it was begun, also if it is answered after that.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from app.client.http.connection import ConnectionLost
from app.client.http.retrying_client import AnsweredAway, RetryingClient, ServerBusy
from app.client.soak.findings import Findings, Invariant
from app.client.soak.timeline import MeasuredTime

MAX_SENDINGS = 2  # of a client that retries once, at once
# What such a client retries: a connection that was refused, or closed before the answer, and 502, 503 and 504.
RETRIED = (ConnectionLost, AnsweredAway, ServerBusy)


@dataclass(slots=True)
class SendingCounts:
    """Operations: all of them, those that were sent twice, or more often, and those that failed as none of RETRIED."""

    operations: int = 0
    twice: int = 0
    more: int = 0
    otherwise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendings:
    """The reads and writes that were begun in a time; `once_is_enough` if each must succeed with one retry."""

    once_is_enough: bool = False
    counts: defaultdict[MeasuredTime, SendingCounts] = field(default_factory=lambda: defaultdict(SendingCounts))


@dataclass(slots=True)
class OperationSendings:
    """Those of one operation; `failures` are the first that were in vain."""

    kind: str
    what: MeasuredTime
    begun_in: Sendings
    number: int = 0
    failures: list[Exception] = field(default_factory=list)

    def add(self, client: RetryingClient) -> None:
        """Add what the client needed for its last request."""
        self.number += client.attempts
        self.failures += client.failures

    @property
    def failed_otherwise(self) -> bool:
        """Whether any failed in a way that clients do not retry."""
        return not all(isinstance(failure, RETRIED) for failure in self.failures)


class SendingWatch:
    """Counts in the time that is now, until the next begins."""

    def __init__(self, findings: Findings) -> None:
        self._present = Sendings()
        self._findings = findings

    def begin(self, *, once_is_enough: bool = False) -> Sendings:
        """Begin another time, and return what is counted in it."""
        self._present = Sendings(once_is_enough=once_is_enough)
        return self._present

    def operation(self, kind: str, what: MeasuredTime) -> OperationSendings:
        """Begin an operation."""
        return OperationSendings(kind, what, self._present)

    def ended(self, sent: OperationSendings) -> None:
        """Count an operation that was answered, or given up."""
        counts = sent.begun_in.counts[sent.what]
        counts.operations += 1
        counts.twice += sent.number == MAX_SENDINGS
        counts.more += sent.number > MAX_SENDINGS
        counts.otherwise += sent.failed_otherwise
        if not sent.begun_in.once_is_enough:
            return
        self._findings.check(Invariant.RETRIED_ONCE)
        if sent.number > MAX_SENDINGS or sent.failed_otherwise:
            reasons = "; ".join(map(str, sent.failures))
            self._findings.add(Invariant.RETRIED_ONCE, f"{sent.kind} was sent {sent.number} times: {reasons}")
