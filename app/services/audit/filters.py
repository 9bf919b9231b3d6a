"""What the audit log may be narrowed to."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit.entry import AuditEntry, AuditKind
from app.domain.audit.page import request_term, term
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Entries of a time, from `since` up to but not including `until`, and with these values; None narrows nothing.

    `operation` is the name of an operation, or one of its root fields.
    """

    since: Moment | None = None
    until: Moment | None = None
    request_id: str | None = None
    acting_user: str | None = None
    address: str | None = None
    principal: str | None = None
    operation: str | None = None
    code: str | None = None
    kind: AuditKind | None = None

    @property
    def terms(self) -> Sequence[str]:
        """What a page with matching entries has, the rarest first."""
        values = (
            ("actingUser", self.acting_user),
            ("address", self.address),
            ("principal", self.principal),
            ("operation", self.operation),
            ("code", self.code),
            ("kind", self.kind),
        )
        rarest = () if self.request_id is None else (request_term(self.request_id),)
        return (*rarest, *(term(name, value) for name, value in values if value is not None))

    def matches(self, entry: AuditEntry) -> bool:
        """Tell whether an entry matches."""
        return (
            (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (self.request_id is None or entry.request_id == self.request_id)
            and (self.acting_user is None or entry.acting_user == self.acting_user)
            and (self.address is None or entry.address == self.address)
            and (self.principal is None or entry.principal == self.principal)
            and (self.operation is None or self.operation in (entry.operation, *entry.fields))
            and (self.code is None or self.code in entry.codes)
            and (self.kind is None or entry.kind is self.kind)
        )
