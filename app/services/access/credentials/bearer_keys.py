"""API keys as credentials: which principal a presented key has.

Rule: a key that does not exist is compared like one that does, and that it was used is noted in the background, once a
minute at most, so that no request waits for it.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from app.domain.access.api_key import ApiKey
from app.domain.access.principal import Principal
from app.domain.failures import ServiceError, in_full
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.access.ports import AccessReader, AccessWriter, KeyHasher, KeyUse, MatchedSecret
from app.services.background.log_throttle import LogThrottle
from app.services.ports import Clock

USE_SECONDS = 60  # how exact the last use of a key is

logger = logging.getLogger(__name__)


class _Presented(NamedTuple):
    key: ApiKey
    match: MatchedSecret


class KeyVerifier:
    """Verifies keys by what the database says of them."""

    def __init__(self, *, reader: AccessReader, writer: AccessWriter, hasher: KeyHasher, clock: Clock) -> None:
        self._reader, self._writer, self._hasher, self._clock = reader, writer, hasher, clock
        self._noting: asyncio.Task[None] | None = None
        self._failures = LogThrottle()

    async def __call__(self, texts: Sequence[str]) -> Sequence[Principal | None]:
        """Return the principal of each key, None where it is not valid. Raises ServiceError."""
        presented = await self._presented(texts)
        valid = [each for each in presented if each is not None]
        roles = await self._reader.roles(sorted({*chain.from_iterable(each.key.grant.roles for each in valid)}))
        self._note(valid)
        return [None if each is None else each.key.principal(roles, by=each.match.secret) for each in presented]

    async def aclose(self) -> None:
        """Wait until the last uses are noted."""
        if self._noting is not None:
            await asyncio.wait({self._noting})

    async def _presented(self, texts: Sequence[str]) -> Sequence[_Presented | None]:
        read = [self._hasher.read(text) for text in texts]
        keys = await self._reader.keys(sorted({each.prefix for each in read if each is not None}))
        now = self._clock()
        found: list[_Presented | None] = []
        for each in read:
            key = None if each is None else keys.get(each.prefix)
            match = None if each is None else self._hasher.match(each, key, now=now)
            found.append(None if key is None or match is None else _Presented(key, match))
        return found

    def _note(self, presented: Sequence[_Presented]) -> None:
        now = self._clock()
        uses: Mapping[str, KeyUse] = {
            each.key.name: KeyUse(each.key.name, now, _rehashed(each.match))
            for each in presented
            if _is_due(each.key.last_used_at, now) or each.match.fresh_hash is not None
        }
        if uses and (self._noting is None or self._noting.done()):
            self._noting = asyncio.create_task(self._note_uses([*uses.values()]), name="uses of keys")

    async def _note_uses(self, uses: Sequence[KeyUse]) -> None:
        try:
            await self._writer.note_uses(uses)
        except ServiceError as error:
            if self._failures.is_due():
                logger.warning("The last use of keys could not be noted: %s", in_full(error))


def _is_due(noted_at: Moment | None, now: Moment) -> bool:
    return noted_at is None or now - noted_at >= USE_SECONDS * MICROSECONDS_PER_SECOND


def _rehashed(match: MatchedSecret) -> tuple[str, str] | None:
    return None if match.fresh_hash is None else (match.secret.hash, match.fresh_hash)
