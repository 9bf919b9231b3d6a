"""Acknowledge, snooze and wake alerts: what people do with one that is open, and what happens to it by itself.

Rule: only a movement opens or closes an alert. What is done here changes who has to hear of it, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.alerts.alert import Alert, alert_key
from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError, UnknownDocument, WrongState
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
        alert = _known(view, self.id)
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
        alert, note = _known(view, self.id), self.info.note
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
        alert = _known(view, self.id)
        if alert.snoozed_until is None or alert.snoozed_until > view.now:
            raise WrongState(kind=Alert.kind.value, id=self.id, state=alert.state.value)
        return Decision(documents=(alert.woken(),))


def _known(view: View, identity: str) -> Alert:
    alert = view.document(alert_key(identity))
    if alert is None:
        raise UnknownDocument(kind=Alert.kind.value, id=identity)
    assert isinstance(alert, Alert)
    return alert
