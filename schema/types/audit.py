"""The audit: its entries, and the pages of its chain."""

from datetime import date, datetime
from typing import Self

import msgspec
import strawberry

from app.domain.time import datetime_of
from app.services.audit.ports import PlacedEntry, StoredPage
from schema.enums.audit import AuditKind, AuditTransport
from schema.types.identity import global_id


@strawberry.type(
    description="What is known of one mutation, refusal, sign-in or sign-out. It never changes, and holds no secret."
)
class AuditEntry:
    """An entry."""

    id: strawberry.ID = strawberry.field(description="Its place: the number of its page, and of its line from 0.")
    day: date = strawberry.field(description="The day of its page, in UTC: whole days are removed when they are old.")
    at: datetime = strawberry.field(description="When the request was answered.")
    kind: AuditKind = strawberry.field(description="What it records.")
    principal: str | None = strawberry.field(
        description="The actor: `key:NAME`, `person:NAME` or `anonymous`; null where no client was recognised."
    )
    acting_user: str | None = strawberry.field(description="The acting user whom a key named; null without.")
    address: str | None = strawberry.field(description="The client's address; null of what the server itself did.")
    transport: AuditTransport | None = strawberry.field(description="How it came; null of what the server itself did.")
    operation: str | None = strawberry.field(description="The name of the GraphQL operation; null without.")
    fields: list[str] = strawberry.field(description="The root fields of the operation, such as `stockAdjust`.")
    document_hash: str | None = strawberry.field(
        description="The SHA-256 of the document, in hexadecimal digits; null where there is none, as of a sign-in."
    )
    variables: str | None = strawberry.field(
        description="The variables as JSON: secrets are `(secret)`, and long ones are shortened to 4 KB. Null without."
    )
    codes: list[str] = strawberry.field(
        description="OK, or the codes of the errors and user errors, those of single lines among them; each once."
    )
    operation_ids: list[strawberry.ID] = strawberry.field(
        description="What the mutation recorded: global ids of operations, for `operation` and `node`."
    )
    cost: int | None = strawberry.field(
        description="What the operation could cost at most, in points; null where it is unknown."
    )
    request_id: str | None = strawberry.field(
        description="The request id, as responses and logs have it; null of what the server itself did."
    )
    duration_ms: float | None = strawberry.field(
        description="How long the answer took, in milliseconds; null where it was not measured."
    )
    count: int = strawberry.field(description="1, or of how many equal refusals this is the sum.")
    removed_through: date | None = strawberry.field(
        description="Of RETENTION: the last day that was removed; null of any other."
    )

    @classmethod
    def from_domain(cls, placed: PlacedEntry) -> Self:
        entry = placed.entry
        return cls(
            id=strawberry.ID(f"{placed.page}/{placed.line}"),
            day=date.fromisoformat(placed.day),
            at=datetime_of(entry.at),
            kind=entry.kind,
            principal=entry.principal,
            acting_user=entry.acting_user,
            address=entry.address,
            transport=entry.transport,
            operation=entry.operation,
            fields=list(entry.fields),
            document_hash=entry.document,
            variables=None if entry.variables is None else msgspec.json.encode(entry.variables).decode(),
            codes=list(entry.codes),
            operation_ids=[global_id("Operation", each) for each in entry.operations],
            cost=entry.cost,
            request_id=entry.request_id,
            duration_ms=None if entry.duration_micros is None else entry.duration_micros / 1_000,
            count=entry.count,
            removed_through=None if entry.through is None else date.fromisoformat(entry.through),
        )


@strawberry.type(
    description="A page of the audit's chain, for those who verify it: the SHA-256 of `text`, in UTF-8, is `hash`."
)
class AuditPage:
    """A page."""

    text: str = strawberry.field(
        description="What is hashed, separated by line breaks: the page's number, its day, when it was written in "
        "microseconds since 1970, the process, the hash of the page before, and the entries as lines of JSON."
    )
    hash: str = strawberry.field(description="The hash that is stored with the page, in hexadecimal digits.")
    is_indexed: bool = strawberry.field(
        description="Whether `auditLog` finds each of its entries: what a page is looked up by is not hashed."
    )

    @classmethod
    def from_domain(cls, stored: StoredPage) -> Self:
        return cls(text=stored.page.text, hash=stored.hash, is_indexed=stored.is_indexed)
