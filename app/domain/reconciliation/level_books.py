"""Everything that is recorded of one level, and where the records differ.

Rule: what is compared here was read at one moment, so that what differs differs in the records, not in time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.domain.alerts.alert import alert_id
from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.stock.level import COUNTS, Level, LevelKey

RESERVED = ("reserved", "backordered")
ON_ORDER = ("incoming", "planned", "pledged")

# What a line keeps of the level after it besides the counts.
_STATE = ("reorder_point", "backorder_limit", "policy", "alerts", "declined", "closed", "changed_at", "counted_at")
_EXACT = 2**63  # sums beyond are rounded by the database


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSums:
    """The lines of one level, added up by count.

    `misplaced` lines have the primary key of another level or version. `changes` are the sums of what lines changed,
    `weighted` the same with each change times the version of its line, and `afters` the sums of the counts after each
    line. `after` is the level after the line of the level's version. `opening` is the version of the line before which
    others were archived, 1 where none were: what that line changed is, here, everything up to it (ADR 64).
    """

    lines: int = 0
    first: int = 0
    last: int = 0
    opening: int = 1
    misplaced: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)
    weighted: Mapping[str, int] = field(default_factory=dict)
    afters: Mapping[str, int] = field(default_factory=dict)
    after: Level | None = None

    @property
    def is_gapless(self) -> bool:
        """Whether there is one line for each version from the opening on."""
        return self.first == self.opening and self.last - self.first + 1 == self.lines and self.misplaced == 0

    def expected_of(self, name: str, units: int) -> Iterator[tuple[str, int, int]]:
        """Yield what must agree with the changes of all lines: a name, what they come to, and what is there.

        A line's change counts in every line from its own on, that is in last + 1 - version lines: so the counts after
        each line are proven without having the lines in order.
        """
        changes = self.changes.get(name, 0)
        yield name, changes, units
        if self.after is not None:
            yield f"{name} after the last line", changes, getattr(self.after, name)
        if self.is_gapless and max(abs(self.weighted[name]), abs(self.afters[name])) < _EXACT:
            expected = (self.last + 1) * changes - self.weighted[name]
            yield f"{name} after all lines, added up", expected, self.afters[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBooks:
    """All records of one level at one moment.

    `level` is None where there is no record of it, or none that can be read: `unreadable` says why. `units` are those
    of open documents by count, `open_alerts` the types of open alerts by id. `derived` are the fields of the record
    that are not as they follow from the others, by name: expected and found.
    """

    key: LevelKey
    level: Level | None = None
    unreadable: str | None = None
    lines: LineSums = field(default_factory=LineSums)
    units: Mapping[str, int] = field(default_factory=dict)
    open_alerts: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, tuple[object, object]] = field(default_factory=dict)

    def discrepancies(self) -> Iterator[Discrepancy]:
        """Yield each discrepancy between the records."""
        if self.level is None:
            yield self._discrepancy(CheckKind.LEDGER, "record", "a level", self.unreadable)
            return
        yield from self._of_lines(self.level)
        yield from self._of_units(self.level)
        yield from self._of_alerts(self.level)
        for name, (expected, found) in self.derived.items():
            yield self._discrepancy(CheckKind.DERIVED, name, expected, found, is_derived=True)

    def _of_lines(self, level: Level) -> Iterator[Discrepancy]:
        lines = self.lines
        for name, expected, found in (
            ("lines", level.version + 1 - lines.opening, lines.lines),
            ("first version", lines.opening, lines.first),
            ("last version", level.version, lines.last),
            ("lines under the key of another", 0, lines.misplaced),
        ):
            if expected != found:
                yield self._discrepancy(CheckKind.LEDGER, name, expected, found)
        for name in COUNTS:
            for what, expected, found in lines.expected_of(name, getattr(level, name)):
                if expected != found:
                    yield self._discrepancy(CheckKind.LEDGER, what, expected, found)
                    break
        if lines.after is not None:
            for name in _STATE:
                if getattr(lines.after, name) != getattr(level, name):
                    yield self._discrepancy(CheckKind.LEDGER, name, getattr(lines.after, name), getattr(level, name))

    def _of_units(self, level: Level) -> Iterator[Discrepancy]:
        for kind, names in ((CheckKind.RESERVATIONS, RESERVED), (CheckKind.ON_ORDER, ON_ORDER)):
            for name in names:
                expected, found = self.units.get(name, 0), getattr(level, name)
                if expected != found:
                    yield self._discrepancy(kind, name, expected, found)

    def _of_alerts(self, level: Level) -> Iterator[Discrepancy]:
        expected = {alert_id(self.key, each): each.type.value for each in level.alerts}
        for identity in dict.fromkeys((*expected, *self.open_alerts)):
            there, found = expected.get(identity), self.open_alerts.get(identity)
            if there != found:
                yield self._discrepancy(CheckKind.ALERTS, f"alert {identity}", there, found)

    def _discrepancy(
        self, kind: CheckKind, name: str, expected: object, found: object, *, is_derived: bool = False
    ) -> Discrepancy:
        return Discrepancy(
            kind=kind,
            subject=str(self.key),
            field=name,
            expected=expected,
            found=found,
            level=self.key,
            is_derived=is_derived,
        )
