"""What a list of alerts may be narrowed to."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.alert import Alert, AlertState
from app.domain.document import DocumentKind
from app.domain.open_alert import AlertType
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Alerts by state, type, item, place, whether somebody has taken note, and time of opening: see TransferFilter."""

    kind: ClassVar[DocumentKind] = DocumentKind.ALERT

    states: tuple[AlertState, ...] | None = None
    types: tuple[AlertType, ...] | None = None
    skus: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    is_acknowledged: bool | None = None
    since: Moment | None = None
    until: Moment | None = None

    def matches(self, alert: Alert) -> bool:
        """See DocumentFilter."""
        return (
            (self.states is None or alert.state in self.states)
            and (self.types is None or alert.type in self.types)
            and (self.skus is None or alert.sku in self.skus)
            and (self.locations is None or alert.location in self.locations)
            and self.is_acknowledged in (None, alert.acknowledged_at is not None)
            and (self.since is None or alert.created_at >= self.since)
            and (self.until is None or alert.created_at < self.until)
        )
