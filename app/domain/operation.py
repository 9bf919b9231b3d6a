"""One accepted request: who, when, why, and under which idempotency key."""

from typing import TypeVar

from msgspec import Struct

from app.domain.document import Document
from app.domain.errors import AnyInventoryError
from app.domain.stock.level import LevelKey
from app.domain.time import Moment

SYSTEM = "stockpulse"  # the actor of automatic operations

_UUID_VERSION_7 = 0x7 << 76
_UUID_VARIANT = 0b10 << 62

D = TypeVar("D", bound=Document)


class CommandInfo(Struct, frozen=True, kw_only=True, gc=False):
    """What every command carries. `actor` is who sent the request; idempotency keys are per actor.

    `acting_user` is the person whom a partner app named. It is recorded, and decides nothing: neither the operation's
    id nor its fingerprint. `reverses` is the operation that a counter-entry takes back, in whole or in part. `trace` is
    where in a trace it was requested, as W3C's `traceparent` and `tracestate` have it; it decides nothing either.
    """

    operation_id: str
    kind: str
    actor: str
    acting_user: str | None = None
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: Moment | None = None
    reverses: str | None = None
    trace: str | None = None

    @property
    def is_by_person(self) -> bool:
        """Whether a client requested it, and the server did not run it automatically."""
        return self.actor != SYSTEM

    @property
    def author(self) -> str:
        """Who did it, as documents show it: the actor, and in parentheses the acting user, if one was named."""
        return author_of(self.actor, self.acting_user)


class Operation(Struct, frozen=True, kw_only=True):
    """A recorded request: its command info, the versions that it gave to levels, and the lines that it refused.

    `levels` are (key, version) in the order of the request's lines; each names one movement. `refusals` are (line,
    error) of a request that allows single lines to fail. `fingerprint` tells inputs under one key apart. `documents`
    are the published ones that it changed, as they were right after it; all were changed at `published_at`. `writer`
    names the writer process that committed it, where it published documents or has no movement to name it.
    `archived_lines` is how many movements are in the archive of the ledger, which `levels` do not name any more.
    """

    info: CommandInfo
    recorded_at: Moment
    fingerprint: str | None = None
    levels: tuple[tuple[LevelKey, int], ...] = ()
    refusals: tuple[tuple[int, AnyInventoryError], ...] = ()
    documents: tuple[Document, ...] = ()
    published_at: Moment | None = None
    writer: str | None = None
    archived_lines: int = 0

    @property
    def id(self) -> str:
        """The identity of the operation, 32 hexadecimal digits."""
        return self.info.operation_id

    def document(self, kind: type[D]) -> D:
        """Return the one published document of a kind that it changed; the others may be alerts of its levels."""
        [found] = [document for document in self.documents if isinstance(document, kind)]
        return found

    def has_changed(self, kind: type[Document], identity: str) -> bool:
        """Tell whether it changed a published document, as far as its documents are known."""
        return any(isinstance(document, kind) and document.id == identity for document in self.documents)


def author_of(actor: str, acting_user: str | None) -> str:
    """Return who did something, as records show it."""
    return actor if acting_user is None else f"{actor} ({acting_user})"


def fresh_operation_id(*, now: Moment, entropy: int) -> str:
    """Return a UUIDv7 (RFC 9562, 5.7) as 32 hexadecimal digits, from a moment and 74 random bits."""
    random_a, random_b = (entropy >> 62) & 0xFFF, entropy & ((1 << 62) - 1)
    value = ((now // 1000) << 80) | _UUID_VERSION_7 | (random_a << 64) | _UUID_VARIANT | random_b
    return f"{value:032x}"
