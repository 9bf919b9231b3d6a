"""Credentials of one kind that wait to be verified: those that wait at the same moment are verified together.

Rule: every waiting caller gets an answer or an error in bounded time, and their number is bounded, so that strangers
with invented credentials cannot keep the database or this process busy without end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from app.domain.access.principal import Principal
from app.domain.failures import Overloaded, ServiceError
from app.telemetry.work import start_apart

# Returns, for each text, its principal, None where it is not valid, or the ServiceError that kept it from being known.
# Raises ServiceError for all of them.
Verify = Callable[[Sequence[str]], Awaitable[Sequence[Principal | ServiceError | None]]]

MAX_TOGETHER = 200  # one read of as many documents
MAX_AT_ONCE = 4  # batches: one that waits for an identity provider does not delay the others
MAX_WAITING = 5_000  # all websockets of a process that come back at the same moment, in some hundred milliseconds
VERIFY_SECONDS = 4.0  # as long as a verified credential is valid without being verified again
RETRY_AFTER_SECONDS = 1


class VerificationQueue:
    """The queue of one kind of credentials. Belongs to one event loop."""

    def __init__(self, verify: Verify, *, name: str, seconds: float = VERIFY_SECONDS) -> None:
        self._verify, self._name, self._seconds = verify, name, seconds
        self._waiting: dict[str, asyncio.Future[Principal | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def verified(self, text: str) -> Principal | None:
        """Return the principal; None where the text is not valid. Raises ServiceError."""
        waiting = self._waiting.get(text)
        if waiting is None:
            if len(self._waiting) >= MAX_WAITING:
                raise Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS)
            waiting = self._waiting[text] = asyncio.get_running_loop().create_future()
            self._begin()
        return await asyncio.shield(waiting)  # it is not this caller's alone

    async def close(self) -> None:
        """Cancel what is being verified."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        if len(self._tasks) < MAX_AT_ONCE:
            self._tasks.add(start_apart(self._work(), name=self._name))

    async def _work(self) -> None:
        try:
            await asyncio.sleep(0)  # those that ask in the same turn of the loop come along
            while self._waiting:
                texts = list(self._waiting)[:MAX_TOGETHER]
                await self._answer({text: self._waiting.pop(text) for text in texts})
        finally:  # in the very turn in which it stops to take what waits
            task = asyncio.current_task()
            assert task is not None
            self._tasks.discard(task)

    async def _answer(self, batch: dict[str, asyncio.Future[Principal | None]]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                found = await self._verify([*batch])
        except BaseException as error:
            failure = _failure(error)
            for future in batch.values():
                if not future.done():
                    _fail(future, failure)
            if not isinstance(error, Exception):
                raise
            return
        for future, principal in zip(batch.values(), found, strict=True):
            if isinstance(principal, ServiceError):
                _fail(future, principal)
            else:
                future.set_result(principal)


def _fail(future: asyncio.Future[Principal | None], failure: BaseException) -> None:
    future.set_exception(failure)
    future.exception()  # taken: those that asked may have gone


def _failure(error: BaseException) -> BaseException:
    if isinstance(error, Exception) and not isinstance(error, TimeoutError):
        return error
    return ServiceError("The credentials could not be verified in time. Try again later.")
