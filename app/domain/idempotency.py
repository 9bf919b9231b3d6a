"""Idempotency: an actor's key stands for one operation, and a repeated request gets the outcome of the first (ADR 3).

Rule: a replay is recognised by its key and must have the same input, which the fingerprint compares. The same key with
another input is refused.
"""

import hashlib
from collections.abc import Mapping

from app.domain.command import Command
from app.domain.errors import IdempotencyKeyReused, Refused
from app.domain.folding import decomposed
from app.domain.operation import CommandInfo, Operation


def operation_id_of_key(*, actor: str, key: str) -> str:
    """Return the one operation id that an actor's idempotency key stands for: repeating the key finds the operation."""
    name = f"{actor}\0{key}".encode(errors="surrogatepass")  # a key that is no text is refused later, as an input
    return hashlib.blake2b(name, digest_size=16).hexdigest()


def former_id_of(info: CommandInfo) -> str | None:
    """Return the operation id under which an earlier version recorded the key: as it was sent, decomposed."""
    key = info.idempotency_key
    if key is None or key.isascii() or (sent := decomposed(key)) == key:
        return None
    return operation_id_of_key(actor=info.actor, key=sent)


def recorded_operation(info: CommandInfo, operations: Mapping[str, Operation]) -> Operation | None:
    """Return the operation that a request with the same key has recorded, if there is one among these, by id."""
    known = operations.get(info.operation_id)
    if known is not None:
        return known
    former = former_id_of(info)
    return None if former is None else operations.get(former)


def check_replay(command: Command, known: Operation) -> None:
    """Raise Refused with IdempotencyKeyReused where the recorded operation had another input."""
    if known.fingerprint != fingerprint(command):
        raise Refused(IdempotencyKeyReused(key=command.info.idempotency_key or ""))


def fingerprint(command: Command) -> str | None:
    """Return the digest of a command's input; None without a key, as no replay can come and bulk input is costly."""
    return None if command.info.idempotency_key is None else fingerprint_of(command.info, command.content())


def fingerprint_of(info: CommandInfo, content: object) -> str:
    """Return a digest of a whole input; the content is a tuple of strings, integers, booleans, None and such tuples."""
    whole = (info.kind, info.reference, info.note, info.occurred_at, content)
    return hashlib.blake2b(repr(whole).encode(), digest_size=16).hexdigest()
