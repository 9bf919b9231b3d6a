"""Archiving: the terms and the check of open work that items, locations and suppliers share."""

from dataclasses import dataclass

from app.domain.catalog.open_work import OpenWork, still_open
from app.domain.errors import InvalidValue
from app.domain.operation import CommandInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiving:
    """Archive something, or open it again. With `winds_down`, open work does not prevent it.

    `found` is the open work that was looked up; without `winds_down` it prevents the archiving. So does what the caller
    does not see, where something `is_open_elsewhere`.
    """

    info: CommandInfo
    is_archived: bool
    winds_down: bool = True
    found: tuple[OpenWork, ...] = ()
    is_open_elsewhere: bool = False

    @property
    def terms(self) -> tuple[object, ...]:
        """Its part of the input, for a fingerprint. What was looked up is not part of it."""
        return (self.is_archived,) if self.winds_down else (self.is_archived, "if nothing is open")

    def check_open_work(self, *, kind: str, name: str, was_archived: bool, field: str) -> None:
        """Raise StillOpen where work is open, unless it may wind down or everything is archived already.

        Raises InvalidValue where only work is open that the caller does not see.
        """
        if not self.is_archived or self.winds_down or was_archived:
            return
        if self.found:
            raise still_open(self.found, kind=kind, name=name).at(field)
        if self.is_open_elsewhere:
            rule = "has open work out of your sight: archive it with windDown: true, or ask who sees all of it"
            raise InvalidValue(what=f"The {kind} {name!r}", rule=rule, field=(field,))
