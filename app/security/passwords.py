"""Passwords, hashed with argon2id in threads of their own.

Rule: few are hashed at once, as each takes 64 MiB and 0.2 s of a core; a user that does not exist takes as long as
one that does. Source: RFC 9106, the second recommended option.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.failures import Overloaded

HASHED_AT_ONCE: Final = 2
MAX_WAITING: Final = 20  # some two seconds of hashing; a later request is refused
MAX_WAITING_KNOWN: Final = 30  # with those whom we know, whom no number of strangers keeps out
RETRY_AFTER_SECONDS: Final = 2

T = TypeVar("T")


class Argon2Passwords:
    """Passwords of one process."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` has the parameters of new hashes."""
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(HASHED_AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        return await self._in_thread(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, password: str, hashed: str | None, *, is_known: bool = False) -> bool:
        room = MAX_WAITING_KNOWN if is_known else MAX_WAITING
        return await self._in_thread(lambda: self._is_right(_normal(password), hashed), room=room)

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    def _is_right(self, password: str, hashed: str | None) -> bool:
        if hashed is None:
            self._hasher.hash(password)  # takes as long as to verify one
            return False
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], T], *, room: int = MAX_WAITING) -> T:
        """Run the work. Raises Overloaded."""
        if self._waiting >= room:
            raise Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS)
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)
        return await asyncio.shield(future)

    def _done(self, future: "asyncio.Future[T]") -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # taken, as a caller that was cancelled does not


def _normal(password: str) -> str:
    """Return the password in one of its forms: keyboards differ in how they compose a letter (NIST SP 800-63B)."""
    return unicodedata.normalize("NFC", password)
