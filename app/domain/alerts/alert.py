"""Alerts: a level has crossed one of its thresholds, until it comes back.

Rule: which alerts are open is a function of those open before and of the level after the movement alone, and the level
itself keeps them. So each crossing opens or closes an alert once, in the transaction of the movement.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.alerts.alert_rules import threshold_of
from app.domain.alerts.open_alert import AlertType, OpenAlert
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.errors import WrongState
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment


class AlertState(StrEnum):
    """Whether the level is still beyond the threshold."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class AlertChange(StrEnum):
    """The last change of an alert."""

    OPENED = "OPENED"
    ESCALATED = "ESCALATED"  # from LOW to OUT
    DEESCALATED = "EASED"  # from OUT to LOW
    ACKNOWLEDGED = "ACKNOWLEDGED"
    SNOOZED = "SNOOZED"
    UNSNOOZED = "WOKEN"  # by a client, or at the end of the snooze
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Document):
    """One time that a level was beyond a threshold, from the crossing until it came back.

    LOW becomes OUT and OUT becomes LOW within the same alert; `escalated_at` is when it last became OUT. `threshold`,
    `available` and `on_hand` are the units at the last crossing. `opened_by` and `closed_by` are operations. Escalation
    ends acknowledgement and snooze, closing ends the snooze. Once `snoozed_until` is past, a background worker wakes
    the alert; it is snoozed until that is recorded.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.ALERT

    sku: str
    location: str
    type: AlertType
    state: AlertState = AlertState.OPEN
    change: AlertChange = AlertChange.OPENED
    threshold: int
    available: int
    on_hand: int
    opened_by: str
    escalated_at: Moment | None = None
    closed_at: Moment | None = None
    closed_by: str | None = None
    acknowledged_at: Moment | None = None
    acknowledged_by: str | None = None
    snoozed_until: Moment | None = None
    snoozed_by: str | None = None
    note: str | None = None

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.shows_location(self.location)

    @property
    def about_item(self) -> str | None:
        return self.sku

    @property
    def level_key(self) -> LevelKey:
        """The level of the alert."""
        return LevelKey(self.sku, self.location)

    @property
    def is_open(self) -> bool:
        """Whether the level is still beyond the threshold."""
        return self.state is AlertState.OPEN

    @property
    def is_acknowledged(self) -> bool:
        """Whether a user has taken charge of it."""
        return self.acknowledged_at is not None

    @property
    def is_snoozed(self) -> bool:
        """Whether it is snoozed."""
        return self.snoozed_until is not None

    def acknowledged(self, *, by: str, at: Moment, note: str | None) -> "Alert":
        """Return the acknowledged alert. The first acknowledgement stays; a later one may add a note.

        Raises WrongState where the alert is closed.
        """
        noted = self._noted(AlertChange.ACKNOWLEDGED, note)
        if self.is_acknowledged:
            return noted
        return replace(noted, acknowledged_at=Moment(max(at, self.changed_at)), acknowledged_by=by)

    def snoozed(self, *, until: Moment, by: str, note: str | None) -> "Alert":
        """Return the snoozed alert. The last snooze counts. Raises WrongState."""
        return replace(self._noted(AlertChange.SNOOZED, note), snoozed_until=until, snoozed_by=by)

    def woken(self, *, note: str | None = None) -> "Alert":
        """Return the alert without its snooze. Raises WrongState."""
        return replace(self._noted(AlertChange.UNSNOOZED, note), snoozed_until=None, snoozed_by=None)

    def crossed(self, level: Level, type: AlertType) -> "Alert":
        """Return the alert after the level crossed from LOW to OUT or back."""
        crossed = replace(
            self,
            type=type,
            change=AlertChange.ESCALATED if type is AlertType.OUT else AlertChange.DEESCALATED,
            threshold=threshold_of(type, reorder_point=level.reorder_point, policy=level.policy),
            available=level.available,
            on_hand=level.on_hand,
        )
        if type is not AlertType.OUT:
            return crossed
        return replace(
            crossed,
            escalated_at=level.changed_at,
            acknowledged_at=None,
            acknowledged_by=None,
            snoozed_until=None,
            snoozed_by=None,
        )

    def closed(self, level: Level, *, by: str) -> "Alert":
        """Return the alert after the level came back."""
        return replace(
            self,
            state=AlertState.CLOSED,
            change=AlertChange.CLOSED,
            available=level.available,
            on_hand=level.on_hand,
            closed_at=level.changed_at,
            closed_by=by,
            snoozed_until=None,
            snoozed_by=None,
        )

    def _noted(self, change: AlertChange, note: str | None) -> "Alert":
        if not self.is_open:
            raise WrongState(kind=self.kind.value, id=self.id, state=self.state.value)
        return replace(self, change=change, note=self.note if note is None else note)


def changed_alerts(
    crossed: Iterable[tuple[Level, Level]], known: Callable[[DocumentKey], Document | None], *, by: str
) -> tuple[Alert, ...]:
    """Return the alerts that an operation opened, changed or closed, each as it is after the last of its movements.

    `crossed` are levels before and after a movement, in order; `known` finds the alerts that were open before. An alert
    that one operation opened and escalated is published as opened, with its last state.
    """
    changed: dict[DocumentKey, Alert] = {}
    for before, after in crossed:
        for old, new in _differences(before.alerts, after.alerts):
            if old is None and new is not None:
                alert = _opened(after, new, by=by)
            else:
                assert old is not None
                key = alert_key(alert_id(after.key, old))
                found = changed.get(key) or known(key)
                assert isinstance(found, Alert), key
                alert = found.closed(after, by=by) if new is None else found.crossed(after, new.type)
                if key in changed and alert.is_open and changed[key].change is AlertChange.OPENED:
                    alert = replace(alert, change=AlertChange.OPENED)
            changed[alert.key] = alert
    return tuple(changed.values())


def alert_id(key: LevelKey, crossing: OpenAlert) -> str:
    """Return the id of an open alert: its level, the version that opened it, and its family."""
    return f"{key.location}/{key.sku}#{crossing.since}/{crossing.type.family}"


def level_of_alert(identity: str) -> LevelKey | None:
    """Return the level that the id of an alert names; None where it is no such id. Neither part after a SKU has a #."""
    location, _, named = identity.partition("/")
    sku, _, crossing = named.rpartition("#")
    return LevelKey(sku, location) if location and sku and crossing else None


def alert_key(identity: str) -> DocumentKey:
    """Return the key of an alert."""
    return DocumentKey(DocumentKind.ALERT, identity)


def open_alert_keys(level: Level) -> Sequence[DocumentKey]:
    """Return the keys of the alerts that a level has open."""
    return [alert_key(alert_id(level.key, each)) for each in level.alerts]


def _differences(
    before: Sequence[OpenAlert], after: Sequence[OpenAlert]
) -> list[tuple[OpenAlert | None, OpenAlert | None]]:
    """Return the alert before and after, of each family in which they differ."""
    old, new = ({each.type.family: each for each in some} for some in (before, after))
    return [
        (old.get(family), new.get(family))
        for family in dict.fromkeys((*old, *new))
        if old.get(family) != new.get(family)
    ]


def _opened(level: Level, crossing: OpenAlert, *, by: str) -> Alert:
    return Alert(
        id=alert_id(level.key, crossing),
        sku=level.key.sku,
        location=level.key.location,
        type=crossing.type,
        threshold=threshold_of(crossing.type, reorder_point=level.reorder_point, policy=level.policy),
        available=level.available,
        on_hand=level.on_hand,
        opened_by=by,
        escalated_at=level.changed_at if crossing.type is AlertType.OUT else None,
        created_at=level.changed_at,
    )
