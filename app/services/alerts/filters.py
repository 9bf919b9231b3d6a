"""What a list of alerts may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.alerts.alert import Alert, AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.document import DocumentKind
from app.domain.failures import BadArgument
from app.domain.time import Moment
from app.services.filters import visible

MAX_NAMES = 100  # SKUs, or locations: for each name in each state the server reads along an index, 200 at most


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Alerts by state, type, item, location, acknowledgement, snooze, and time of opening.

    None narrows nothing; no states, types, items or locations leave nothing. From `since`, before `until`. Whether an
    alert is snoozed is what is recorded of it. Only alerts at `visible_at`, and of `visible_skus`: of either there may
    be any number. Raises BadArgument where there are too many names.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.ALERT

    states: tuple[AlertState, ...] | None = None
    types: tuple[AlertType, ...] | None = None
    skus: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    is_acknowledged: bool | None = None
    is_snoozed: bool | None = None
    since: Moment | None = None
    until: Moment | None = None
    visible_at: tuple[str, ...] | None = field(default=None, repr=False)  # no part of the list's name
    visible_skus: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for name, given in (("skus", self.skus), ("locations", self.locations)):
            if given is not None and len(given) > MAX_NAMES:
                raise BadArgument(f"`{name}` may hold at most {MAX_NAMES} names, not {len(given)}.")

    def matches(self, alert: Alert, /) -> bool:
        return (
            (self.states is None or alert.state in self.states)
            and (self.types is None or alert.type in self.types)
            and (self.skus is None or alert.sku in self.skus)
            and (self.locations is None or alert.location in self.locations)
            and self.is_acknowledged in (None, alert.is_acknowledged)
            and self.is_snoozed in (None, alert.is_snoozed)
            and (self.since is None or alert.created_at >= self.since)
            and (self.until is None or alert.created_at < self.until)
            and (self.visible_at is None or alert.location in self.visible_at)
            and (self.visible_skus is None or alert.sku in self.visible_skus)
        )

    def within(self, visibility: Visibility, /) -> Self:
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))

    def of_items(self, skus: frozenset[str]) -> Self:
        """Return the filter of the matching alerts of these items."""
        return replace(self, visible_skus=skus)

    @property
    def lasting(self) -> Self:
        """The filter without the facts that may change about an alert."""
        return replace(self, states=None, types=None, is_acknowledged=None, is_snoozed=None)

    @property
    def open_unless_named(self) -> Self:
        """The filter of open alerts where it names no state."""
        return self if self.states is not None else replace(self, states=(AlertState.OPEN,))
