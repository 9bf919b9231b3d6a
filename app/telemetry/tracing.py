"""Which work is traced, and the spans of what is (ADR 57). OpenTelemetry is only behind `export`.

A place in a trace is passed on as a text, W3C's `traceparent`, and behind a blank `tracestate`, if there is one: with a
command, its lines of the ledger, and messages. A span is made when its work has ended, so that what is not traced costs
one comparison.

Rule: who is traced is decided once per request, after its client is known: a part of those that begin a trace here,
and at most so many per second of those whose clients say that theirs is sampled.
"""

import random
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

MAX_STATE_CHARACTERS = 512  # W3C's least that is to be passed on

# Only versions to come may have more behind the flags.
_TRACEPARENT = re.compile(
    r"(?:00(?=.{53}\Z)|(?!ff|00)[0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)
_STATE_MEMBER = re.compile(r"[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]")
_SAMPLED = 1
_STATE_AT = 56  # in a place's text

Attributes = Mapping[str, str | int | float | bool | Sequence[str]]


class SpanKind(IntEnum):
    """What a span is to other processes, by OpenTelemetry's numbers."""

    INTERNAL = 0
    SERVER = 1
    CLIENT = 2
    PRODUCER = 3
    CONSUMER = 4


class SpanPlace(NamedTuple):
    """A span that has begun: its ids in hexadecimal digits, and that of the span that it is below."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    state: str | None = None  # W3C's `tracestate`, as it came

    @property
    def traceparent(self) -> str:
        """The place without its state, as other parties have it."""
        return f"00-{self.trace_id}-{self.span_id}-01"

    @property
    def text(self) -> str:
        """The place, as it is passed on within the program."""
        return self.traceparent if self.state is None else f"{self.traceparent} {self.state}"


class Span(NamedTuple):
    """A span that has ended. Moments are nanoseconds since 1970; `error` is what kind of failure ended it."""

    place: SpanPlace
    name: str
    kind: SpanKind
    began: int
    ended: int
    attributes: Attributes
    links: Sequence[str] = ()
    error: str | None = None


def below(text: str) -> SpanPlace:
    """Return a new span below a place."""
    return SpanPlace(text[3:35], secrets.token_hex(8), text[36:52], text[_STATE_AT:] or None)


class Tracing:
    """Decides what is traced, and hands on the spans."""

    def __init__(
        self,
        export: Callable[[Span], None],
        *,
        ratio: float,
        followed_per_second: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Trace a part, `ratio`, of the requests that are not part of a trace already."""
        self._export, self._ratio, self._monotonic = export, ratio, monotonic
        self._rate = self._left = followed_per_second
        self._restored_at = monotonic()

    def begin(self, traceparent: str | None, state: str | None = None) -> SpanPlace | None:
        """Return the first span of a request; None where it is not traced.

        A malformed `traceparent` counts as none, as the specification has it.
        """
        if traceparent is None or not _TRACEPARENT.fullmatch(traceparent):
            is_chosen = random.random() < self._ratio  # noqa: S311 - a sample, not a secret
            return SpanPlace(secrets.token_hex(16), secrets.token_hex(8)) if is_chosen else None
        if not int(traceparent[53:55], 16) & _SAMPLED or not self._may_follow():
            return None
        kept = state if state is not None and _is_well_formed(state) else None
        return below(traceparent)._replace(state=kept)

    def end(
        self,
        place: SpanPlace,
        name: str,
        *,
        began: int,
        kind: SpanKind = SpanKind.INTERNAL,
        ended: int | None = None,
        attributes: Attributes | None = None,
        links: Sequence[str] = (),
        error: str | None = None,
    ) -> None:
        """Hand on a span that has ended, now unless it is said when."""
        ended = time.time_ns() if ended is None else ended
        self._export(Span(place, name, kind, began, max(began, ended), attributes or {}, links, error))

    def _may_follow(self) -> bool:
        now = self._monotonic()
        self._left = min(self._rate, self._left + (now - self._restored_at) * self._rate)
        self._restored_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _is_well_formed(state: str) -> bool:
    """Return whether a `tracestate` may be kept: the exporter would log each one that it cannot read."""
    if len(state) > MAX_STATE_CHARACTERS:
        return False
    return all(_STATE_MEMBER.fullmatch(each) for member in state.split(",") if (each := member.strip(" \t")))
