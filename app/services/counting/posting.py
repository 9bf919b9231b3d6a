"""Posts a count, chunk by chunk where it is large.

Rule: no line keeps another from being posted. A line that cannot be posted is returned as a refusal and leaves the
count POSTING; posting it again, in whatever process, continues there. Only where nothing at all can be posted the count
stays as it was. A count of up to 1,000 lines is posted by one operation, a larger one by several.
"""

import hashlib
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from msgspec import structs

from app.domain.command import Command
from app.domain.counting.commands.post_count import UNDER_WAY, PostCount, PostCountChunk, PostingChunk
from app.domain.counting.count import Count, CountState, UncountedRule
from app.domain.errors import AnyInventoryError, Refused
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.services.command_bus import CommandBus
from app.services.counting.chunks import CountChunks
from app.services.counting.filters import levels_in
from app.services.counting.ports import CountReader
from app.services.ports import DocumentReader
from app.services.request_info import RequestInfo
from app.services.stale_read_retry import decided_on_fresh

KIND = "countPost"
MAX_REFUSALS = 1_000  # returned of one count; more would only lengthen the answer
_NOTHING = PostingChunk(is_last=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The result of a request to post: its operation, and the count as it is now, None where it is not visible.

    Where that is still POSTING, `refusals` holds the reasons of the lines that could not be posted.
    """

    outcome: Outcome
    count: Count | None
    refusals: tuple[AnyInventoryError, ...] = ()


class CountPosting:
    """Posts counts."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        chunks: CountChunks,
        counts: CountReader,
        documents: DocumentReader,
    ) -> None:
        self._bus = bus
        self._chunks = chunks
        self._counts = counts
        self._documents = documents

    async def post(self, identity: str, *, rule: UncountedRule, request: RequestInfo) -> Posting:
        """Post a count, or what is left of one. Raises Refused, and then nothing changed; Overloaded or Unavailable.

        A posting that was interrupted continues by the rule with which it began.
        """
        count = (await self._documents.documents(Count, [identity])).get(identity)
        if count is None:
            unknown = partial(PostCount, count_id=identity, location=None, rule=rule, uncounted=0, chunk=_NOTHING)
            return await self._rest(await self._bus.run(KIND, request, lambda info: unknown(info=info)), request)
        request = structs.replace(request, reference=request.reference or count.reference)
        first = await self._first_chunk(count, count.rule or rule)
        uncounted = await self._uncounted(count)
        begin = partial(PostCount, count_id=count.id, location=count.location, rule=rule, uncounted=uncounted)
        outcome = await self._run(count, first, request, lambda info, chunk: begin(info=info, chunk=chunk))
        return await self._rest(outcome, request)

    async def _rest(self, outcome: Outcome, request: RequestInfo) -> Posting:
        """Post what the first operation left."""
        recorded = outcome.shown(Count)
        if recorded is None:
            return Posting(outcome=outcome, count=None)
        count = await self._count(recorded.id)
        if count.state is CountState.POSTED:
            return Posting(outcome=outcome, count=count)
        assert count.rule is not None, count
        request = structs.replace(request, idempotency_key=None, occurred_at=None)
        refusals = await self._pass(count, count.rule, request)
        if refusals:  # what is left now cannot be posted, and ends nothing
            refusals = await self._pass(count, count.rule, request)
        return Posting(outcome=outcome, count=await self._count(count.id), refusals=refusals)

    async def _pass(self, count: Count, rule: UncountedRule, request: RequestInfo) -> tuple[AnyInventoryError, ...]:
        """Post what is left of a count once, and return the refusals. Only a pass without any ends the posting.

        A chunk of which nothing can be posted is refused, so a later chunk must not count as the last one.
        """
        refusals: dict[AnyInventoryError, None] = {}
        async with aclosing(self._chunks.remaining(count, rule)) as chunks:
            async for chunk in chunks:
                left = replace(chunk, is_last=chunk.is_last and not refusals)
                try:
                    outcome = await self._run(count, left, request, partial(_go_on, count))
                except Refused as refused:
                    refusals |= dict.fromkeys(refused.errors)
                else:
                    refusals |= dict.fromkeys(error for _, error in outcome.operation.refusals)
                if len(refusals) >= MAX_REFUSALS:
                    break
        return tuple(refusals)[:MAX_REFUSALS]

    async def _first_chunk(self, count: Count, rule: UncountedRule) -> PostingChunk:
        if count.state not in UNDER_WAY:
            return _NOTHING
        async with aclosing(self._chunks.remaining(count, rule)) as chunks:
            return await anext(chunks)

    async def _run(
        self,
        count: Count,
        chunk: PostingChunk,
        request: RequestInfo,
        build: Callable[[CommandInfo, PostingChunk], Command],
    ) -> Outcome:
        async def run() -> Outcome:
            fresh = await self._chunks.fresh(count, chunk)
            return await self._bus.run(KIND, request, lambda info: build(info, fresh.chunk))

        return await decided_on_fresh(run)

    async def _uncounted(self, count: Count) -> int:
        if count.state is not CountState.OPEN:
            return count.uncounted or 0
        return await self._counts.count_uncounted(count.id, levels_in(count.location, await self._chunks.scope(count)))

    async def _count(self, identity: str) -> Count:
        return (await self._documents.documents(Count, [identity]))[identity]


def _go_on(count: Count, info: CommandInfo, chunk: PostingChunk) -> PostCountChunk:
    """Return the command that posts a chunk, under a key that callers share who saw the same count and chunk."""
    command = PostCountChunk(info=info, count_id=count.id, location=count.location, chunk=chunk)
    said = (command.content(), count.version, info.reference, info.note)
    key = f"{count.id}/{hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()}"
    named = structs.replace(info, operation_id=operation_id_of_key(actor="", key=key), idempotency_key=key)
    return replace(command, info=named)
