"""What a list of transfers may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.document import DocumentKind
from app.domain.time import Moment
from app.domain.transfers.transfer import Transfer, TransferState
from app.services.filters import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFilter:
    """Transfers by state, location, item, reference and time of creation: from `since`, before `until`.

    `location` is either end. None narrows nothing; no states leave nothing. Only those with an end at `visible_at`.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.TRANSFER

    states: tuple[TransferState, ...] | None = None
    source: str | None = None
    destination: str | None = None
    location: str | None = None
    sku: str | None = None
    reference: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    visible_at: tuple[str, ...] | None = field(default=None, repr=False)  # no part of the list's name

    def matches(self, transfer: Transfer) -> bool:
        return (
            (self.states is None or transfer.state in self.states)
            and self.source in (None, transfer.source)
            and self.destination in (None, transfer.destination)
            and self.location in (None, transfer.source, transfer.destination)
            and (self.sku is None or any(line.sku == self.sku for line in transfer.lines))
            and self.reference in (None, transfer.reference)
            and (self.since is None or transfer.created_at >= self.since)
            and (self.until is None or transfer.created_at < self.until)
            and (self.visible_at is None or not {transfer.source, transfer.destination}.isdisjoint(self.visible_at))
        )

    def within(self, visibility: Visibility, /) -> Self:
        if visibility.categories is not None:  # its lines may be of several items
            return replace(self, states=())
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))
