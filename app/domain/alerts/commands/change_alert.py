"""Acknowledge, snooze and wake alerts: what people do with one that is open, and what happens to it by itself.

Rule: only a movement opens or closes an alert. What is done here changes who has to hear of it, and nothing else.
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
class AcknowledgeAlert:
    """Somebody takes care of an alert: the actor of the cause. Where somebody does already, that stays so."""

    info: CommandInfo
    id: str

    def content(self) -> object:
        return self.id

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(alert_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument, or WrongState where the alert is closed."""
        alert = required(view, alert_key(self.id), Alert)
        return Decision(documents=(alert.acknowledged(by=self.info.actor, at=view.now, note=self.info.note),))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeAlert:
    """The actor of the cause wants to hear nothing of an alert until a moment; without one it is woken.

    The moment is checked where it is decided, so that a repeated request is answered however late it comes.
    """

    info: CommandInfo
    id: str
    until: Moment | None

    def content(self) -> object:
        return (self.id, self.until)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(alert_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument, WrongState where the alert is closed, or InvalidValue."""
        alert, note = required(view, alert_key(self.id), Alert), self.info.note
        if self.until is None:
            return Decision(documents=(alert.woken(note=note),))
        if not view.now < self.until <= view.now + MAX_SNOOZE_SECONDS * MICROSECONDS_PER_SECOND:
            rule = f"must be in the future, at most {MAX_SNOOZE_SECONDS} s from now"
            raise InvalidValue(what="The end of a snooze", rule=rule, field=("until",))
        return Decision(documents=(alert.snoozed(until=self.until, by=self.info.actor, note=note),))


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeAlert:
    """The end of a snooze. Safe to try at any time and by any process: too early or twice, it is refused."""

    info: CommandInfo
    id: str

    def content(self) -> object:
        return self.id

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(alert_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument, or WrongState where the alert sleeps on or is awake."""
        alert = required(view, alert_key(self.id), Alert)
        if alert.snoozed_until is None or alert.snoozed_until > view.now:
            raise wrong_state(alert)
        return Decision(documents=(alert.woken(),))
