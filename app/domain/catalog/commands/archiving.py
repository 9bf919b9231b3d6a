"""Archiving: the terms and the check of open work that items, locations and suppliers share."""

from dataclasses import dataclass

from app.domain.catalog.open_work import OpenWork, still_open
from app.domain.operation import CommandInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiving:
    """Archive something, or open it again. With `winds_down`, open work does not prevent it.

    `found` is the open work that was looked up; without `winds_down` it prevents the archiving.
    """

    info: CommandInfo
    is_archived: bool
    winds_down: bool = True
    found: tuple[OpenWork, ...] = ()

    @property
    def terms(self) -> tuple[object, ...]:
        """Its part of the input, for a fingerprint. What was looked up is not part of it."""
        return (self.is_archived,) if self.winds_down else (self.is_archived, "if nothing is open")

    def check_open_work(self, *, kind: str, name: str, was_archived: bool, field: str) -> None:
        """Raise StillOpen where work is open, unless it may wind down or everything is archived already."""
        if self.is_archived and self.found and not (self.winds_down or was_archived):
            raise still_open(self.found, kind=kind, name=name).at(field)
