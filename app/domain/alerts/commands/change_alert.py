"""Acknowledge, snooze and wake open alerts.

Rule: only a movement opens or closes an alert. These commands change whether it is shown as needing attention, and
nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.alerts.alert import Alert, alert_key
from app.domain.command import Decision, ReadSet, View, required, wrong_state
from app.domain.errors import InvalidValue, InventoryError
from app.domain.limits import MAX_SNOOZE_SECONDS
from app.domain.operation import CommandInfo
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class _AlertCommand:
    """What the commands about one alert have in common."""

    info: CommandInfo
    id: str

    def content(self) -> object:
        return self.id

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(alert_key(self.id),))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert(_AlertCommand):
    """Record that the actor takes charge of an alert. The first acknowledgement stays."""

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, or WrongState where the alert is closed."""
        alert = required(view, alert_key(self.id), Alert)
        return Decision(documents=(alert.acknowledged(by=self.info.author, at=view.now, note=self.info.note),))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeAlert(_AlertCommand):
    """The alert is snoozed until a moment; without one it is woken.

    The moment is checked in the decision, so that a repeated request gets its outcome however late it comes.
    """

    until: Moment | None

    def content(self) -> object:
        return (self.id, self.until)

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState where the alert is closed, or InvalidValue."""
        alert, note = required(view, alert_key(self.id), Alert), self.info.note
        if self.until is None:
            return Decision(documents=(alert.woken(note=note),))
        if not view.now < self.until <= view.now + MAX_SNOOZE_SECONDS * MICROSECONDS_PER_SECOND:
            rule = f"must be in the future, at most {MAX_SNOOZE_SECONDS} s from now"
            raise InvalidValue(what="The end of a snooze", rule=rule, field=("until",))
        return Decision(documents=(alert.snoozed(until=self.until, by=self.info.author, note=note),))


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeAlert(_AlertCommand):
    """The end of a snooze. Any process may run it at any time: too early or a second time, it is refused."""

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, or WrongState where the alert is still snoozed or is not snoozed."""
        alert = required(view, alert_key(self.id), Alert)
        if alert.snoozed_until is None or alert.snoozed_until > view.now:
            raise wrong_state(alert)
        return Decision(documents=(alert.woken(),))
