"""What every change of a key, a user, a role or of trusted documents goes through.

Rule: a change is decided on what all changes before it left, in all processes; it happens once for its idempotency key;
it never takes away the last admin; and every process hears of it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.access.api_key import ApiKey
from app.domain.access.role import Role
from app.domain.access.trusted_document import Registered
from app.domain.access.user import User
from app.domain.errors import IdempotencyKeyReused, InventoryError, LastAdmin, Refused
from app.domain.idempotency import operation_id_of_key
from app.domain.limits import MAX_IDEMPOTENCY_KEY_LENGTH
from app.domain.time import Moment
from app.domain.validation import code_errors
from app.services.access.ports import AccessChanges, AccessOperation, AccessTurn, AccessWriter
from app.services.ports import Clock
from app.services.request_info import RequestInfo

R = TypeVar("R", ApiKey, User, Role, Registered)

Decide = Callable[[AccessTurn, Moment], Awaitable[R]]
Find = Callable[[AccessTurn], Awaitable[R | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(Generic[R]):
    """The record as it is now, and whether an earlier request with the same key had changed it."""

    record: R
    replayed: bool


class Administration:
    """Makes changes, each in its turn."""

    def __init__(self, *, writer: AccessWriter, changes: AccessChanges, clock: Clock) -> None:
        self._writer, self._changes, self._clock = writer, changes, clock

    async def change(
        self,
        kind: str,
        name: str,
        *,
        content: tuple[object, ...],
        request: RequestInfo,
        find: Find[R],
        decide: Decide[R],
        announced: str,
    ) -> AccessChanged[R]:
        """Run `decide`, which returns the record that it put, or raises Refused; and announce the change.

        `kind` names the mutation, `name` the record, and `content` is its input without secrets. `find` returns the
        record for a repeated request. Raises Refused and Unavailable.
        """
        refuse(_key_errors(request.idempotency_key))
        mark = _fingerprint(kind, name, content)

        async def in_turn(turn: AccessTurn) -> AccessChanged[R]:
            now = self._clock()
            operation_id = _operation_id(request)
            if operation_id is not None and (known := await turn.operation(operation_id)):
                return await _repeated(known, mark, turn, find, request)
            admins = await _has_admins(turn, now)
            record = await decide(turn, now)
            if admins and not await _has_admins(turn, now):
                raise Refused(LastAdmin(name=name))
            if operation_id is not None:
                await turn.put_operation(AccessOperation(id=operation_id, fingerprint=mark, subject=name, at=now))
            return AccessChanged(record=record, replayed=False)

        changed = await self._writer.in_turn(in_turn)
        await self._changes.announce({announced})  # a repeated one, too: its first call may not have come so far
        return changed

    async def has_admin(self) -> bool:
        """Tell whether an active key or user may administer. Raises Unavailable."""
        return await self._writer.in_turn(lambda turn: _has_admins(turn, self._clock()))


def refuse(errors: Iterable[InventoryError]) -> None:
    """Raise Refused if there are errors."""
    found = tuple(errors)
    if found:
        raise Refused(*found)


async def _repeated(
    known: AccessOperation, mark: str, turn: AccessTurn, find: Find[R], request: RequestInfo
) -> AccessChanged[R]:
    if known.fingerprint != mark:
        raise Refused(IdempotencyKeyReused(key=request.idempotency_key or ""))
    record = await find(turn)
    assert record is not None, "what was recorded of a change is kept with its record"
    return AccessChanged(record=record, replayed=True)


async def _has_admins(turn: AccessTurn, now: Moment) -> bool:
    roles = [name for name, role in (await turn.roles()).items() if role.is_admin]
    return bool(await turn.admins(roles, now=now, limit=1))


def _key_errors(key: str | None) -> Iterable[InventoryError]:
    if key is None:
        return ()
    return code_errors(key, what="An idempotency key", maximum=MAX_IDEMPOTENCY_KEY_LENGTH, field=("idempotencyKey",))


def _operation_id(request: RequestInfo) -> str | None:
    key = request.idempotency_key
    return None if key is None else operation_id_of_key(actor=request.actor, key=key)


def _fingerprint(kind: str, name: str, content: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr((kind, name, content)).encode(), digest_size=16).hexdigest()
