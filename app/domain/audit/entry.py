"""Audit entry: one request that changed something or was refused, one sign-in or sign-out.

Rule: an entry is a line of JSON that never changes. Its names are part of what is hashed and kept for years: add fields
with a default, and never rename one.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from app.domain.time import NEVER, Moment

OK: Final = "OK"  # the result code of a mutation that was accepted as a whole


class AuditKind(StrEnum):
    """What an entry records."""

    MUTATION = "MUTATION"  # executed, accepted or not
    REFUSAL = "REFUSAL"  # of any operation or connection, before it was executed
    SIGN_IN = "SIGN_IN"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SIGN_OUT = "SIGN_OUT"
    RETENTION = "RETENTION"  # by the server: the days before were removed
    LOSS = "LOSS"  # by the server: entries that the database was away too long for


class AuditTransport(StrEnum):
    """How a request came."""

    HTTP = "HTTP"
    WEBSOCKET = "WEBSOCKET"


class AuditEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one request. Nothing in it is secret.

    `at` is when it was answered; the trail sets it. `principal` is the actor, None where no client was recognised;
    `acting_user` is the person whom a key named. `operation` is the name that the client gave, and `fields` are the
    root fields, such as `stockAdjust`. `document` is the SHA-256 of its text. `variables` are what JSON has, without
    secrets and shortened. `codes` are those of the results: OK, or of errors and user errors. `operations` are the ids
    of what the ledger recorded. `count` is how many equal ones it stands for, where there were too many to record each.
    """

    at: Moment = NEVER
    kind: AuditKind
    principal: str | None = None
    acting_user: str | None = None
    address: str | None = None
    transport: AuditTransport | None = None
    operation: str | None = None
    fields: tuple[str, ...] = ()
    document: str | None = None
    variables: Any = None
    codes: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    cost: int | None = None
    request_id: str | None = None
    duration_micros: int | None = None
    count: int = 1
    through: str | None = None  # of RETENTION: the last day that was removed
    head: str | None = None  # of RETENTION: the hash of the last page that was removed


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AuditEntry)


def line_of(entry: AuditEntry) -> str:
    """Return an entry as its line of JSON."""
    return _encoder.encode(entry).decode()


def entry_of(line: str) -> AuditEntry:
    """Return the entry of a line; raise msgspec.MsgspecError where it is none."""
    return _decoder.decode(line)
