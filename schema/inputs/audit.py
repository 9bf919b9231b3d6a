"""The filter of the audit log."""

from datetime import datetime

import strawberry

from app.domain.time import moment_of
from app.services.audit.filters import AuditFilter
from schema.enums.audit import AuditKind


@strawberry.input(
    name="AuditFilter",
    description="Filters the audit log. All conditions must hold; those left out do not restrict.",
)
class AuditFilterInput:
    since: datetime | None = strawberry.field(default=None, description="Entries of this time or later.")
    until: datetime | None = strawberry.field(default=None, description="Entries before this time.")
    kind: AuditKind | None = strawberry.field(default=None, description="Entries of this kind.")
    principal: str | None = strawberry.field(default=None, description="Entries of this actor, such as `key:till-7`.")
    acting_user: str | None = strawberry.field(default=None, description="Entries of this acting user.")
    operation: str | None = strawberry.field(
        default=None, description="Entries with this name of an operation, or with this root field."
    )
    code: str | None = strawberry.field(default=None, description="Entries with this code among their results.")
    request_id: str | None = strawberry.field(default=None, description="The entries of this request.")
    address: str | None = strawberry.field(default=None, description="Entries of this address of a client.")

    def to_domain(self) -> AuditFilter:
        return AuditFilter(
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
            kind=self.kind,
            principal=self.principal,
            acting_user=self.acting_user,
            operation=self.operation,
            code=self.code,
            request_id=self.request_id,
            address=self.address,
        )
