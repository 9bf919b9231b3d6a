"""What a list of reservations may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.document import DocumentKind
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.time import Moment
from app.services.filters import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Reservations by recorded state, reference, item, location, channel and time of creation.

    `sku` is an item that was asked for, `location` one that holds or held units; both together are a level that holds
    or held units. None narrows nothing; no states leave nothing. From `since`, before `until`. Only `ids`, or all but
    `other_ids`. Only those that name no location but `visible_at`.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.RESERVATION

    states: tuple[ReservationState, ...] | None = None
    reference: str | None = None
    sku: str | None = None
    location: str | None = None
    channel: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    ids: tuple[str, ...] | None = None
    other_ids: tuple[str, ...] | None = None
    visible_at: tuple[str, ...] | None = field(default=None, repr=False)  # no part of the list's name

    def matches(self, reservation: Reservation, /) -> bool:
        return (
            (self.states is None or reservation.state in self.states)
            and (self.ids is None or reservation.id in self.ids)
            and (self.other_ids is None or reservation.id not in self.other_ids)
            and self.reference in (None, reservation.reference)
            and self.channel in (None, reservation.channel)
            and self._is_placed(reservation)
            and (self.since is None or reservation.created_at >= self.since)
            and (self.until is None or reservation.created_at < self.until)
            and (self.visible_at is None or reservation.named_locations.issubset(self.visible_at))
        )

    def within(self, visibility: Visibility, /) -> Self:
        if visibility.categories is not None:  # its lines may be of several items
            return replace(self, states=())
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))

    def _is_placed(self, reservation: Reservation) -> bool:
        if self.location is None:
            return self.sku is None or any(line.sku == self.sku for line in reservation.lines)
        return any(hold.location == self.location and self.sku in (None, hold.sku) for hold in reservation.holds)
