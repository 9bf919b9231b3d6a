"""The hub of one process: follows the published changes, hands them to subscribers, and reads the ledger to fill gaps.

Rule: what a subscriber received converges on the database whatever Redis loses. Three signs show that changes are
missing: a message that does not join on to those before it, a subscription that was lost or has just been confirmed,
and an audit, which checks that everything visible in the ledger at the last audit has been handed out by now (ADR 6).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import Self

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement
from app.live.conflating_queue import SUBSCRIBER_QUEUE_MAX, ConflatingQueue
from app.live.messages import channel_of, decoded
from app.live.progress import Progress
from app.live.receiver import Receiver
from app.live.subscriber_registry import SubscriberRegistry
from app.services.background import Background, woken
from app.services.cancellation import raise_if_cancelled
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.ports import KnownLevels, LedgerTail

AUDIT_SECONDS = 2.0  # what a writer that crashed did not publish is found after one to two of these
POLL_SECONDS = 0.5  # between two reads of the ledger without Redis; also the pause without the database
MAX_ASKED_AT_ONCE = 1_000  # some milliseconds of work; then other tasks of the process have their turn

logger = logging.getLogger(__name__)


class Hub(Background):
    """A LevelHub. An async context: its two tasks and its connection live in it."""

    def __init__(
        self,
        redis_url: str,
        *,
        namespace: str,
        ledger: LedgerTail,
        on_arrival: Callable[[], None] = lambda: None,
        queue_max: int = SUBSCRIBER_QUEUE_MAX,
        known: KnownLevels | None = None,
    ) -> None:
        """`namespace` is that of the publishers. `on_arrival` is called as the ledger grows, and must not block.

        `known` are levels to be kept up to date.
        """
        super().__init__(name="hub audit")
        self._ledger = ledger
        self._on_arrival = on_arrival
        self._known = known
        self._subscribers = SubscriberRegistry(queue_max=queue_max)
        self._progress: Progress | None = None
        self._expected: LedgerOffset | None = None
        self._suspicion = asyncio.Event()
        self._is_auditing = False
        self._receiver = Receiver(
            redis_url, channel=channel_of(namespace), on_message=self._receive, on_gap=self._suspicion.set
        )

    async def __aenter__(self) -> Self:
        self._suspicion.set()
        return await super().__aenter__()

    def problem(self) -> str | None:
        """Return why changes do not arrive through Redis now. They are then read from the ledger, a little later."""
        return self._receiver.problem

    @property
    def is_resting(self) -> bool:
        """Whether no audit is under way or due: the next change arrives by the channel, not from the ledger."""
        return not self._is_auditing and not self._suspicion.is_set() and self.problem() is None

    def listen(
        self, *, skus: Collection[str] | None, locations: Collection[str] | None, wants: Callable[[Level], bool]
    ) -> AbstractContextManager[ConflatingQueue]:
        return self._subscribers.listen(skus=skus, locations=locations, wants=wants)

    async def _receive(self, data: bytes) -> None:
        try:
            message = decoded(data)
            asked = 0
            for each in message.lines:
                is_asked = self._subscribers.listens_to(each.key.sku, each.key.location)
                is_news = self._known is not None and self._known.is_news(each.key, each.version)
                if is_asked or is_news:
                    line = each.movement()
                    if self._known is not None:
                        self._known.hear((line.after,))
                    asked += self._subscribers.dispatch(_change(line))
                    if asked > MAX_ASKED_AT_ONCE:
                        asked = 0
                        await asyncio.sleep(0)
            is_joined = self._progress is None or self._progress.follow(
                message.writer, after=message.after, to=message.to
            )
        except Exception:
            logger.exception("A message could not be followed.")
            is_joined = False
        if not is_joined:
            self._suspicion.set()
        self._on_arrival()

    def _runs(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {**super()._runs(), "hub receiver": self._receiver.run}

    async def _run(self) -> None:
        await self._for_good(
            self._audit,
            cannot="The ledger cannot be read for the level feeds",
            could_not="The ledger could not be read for the level feeds.",
            pause_seconds=POLL_SECONDS,
        )

    async def _audit(self) -> None:
        seconds = AUDIT_SECONDS if self.problem() is None else POLL_SECONDS
        is_suspicious = await woken(self._suspicion, seconds=seconds) or self.problem() is not None
        self._is_auditing = True
        try:
            await self._compare(is_suspicious=is_suspicious)
        except Exception:
            self._suspicion.set()
            raise
        finally:
            self._is_auditing = False

    async def _compare(self, *, is_suspicious: bool) -> None:
        if self._progress is None:
            self._progress = Progress(await self._beginning())
        if is_suspicious or (self._expected is not None and not self._progress.has_reached(self._expected)):
            await self._catch_up(self._progress)
        self._expected = await self._ledger.now()

    async def _beginning(self) -> LedgerOffset:
        offset = await self._ledger.now()
        # A subscriber that has listened since before this moment may have missed something already.
        return LedgerOffset(base=offset.base, reached={}) if self._subscribers else offset

    async def _catch_up(self, progress: Progress) -> None:
        if not self._subscribers:
            offset = await self._ledger.now()
            if not self._subscribers:  # still no listener: otherwise one might have begun before that position
                if not progress.has_reached(offset):
                    self._on_arrival()
                progress.catch_up(offset)
                return
        is_complete = False
        while not is_complete:
            found = await self._ledger.read(progress.offset)
            self._resync(found)
            progress.catch_up(found.offset)
            is_complete = found.is_complete
            raise_if_cancelled()
            await asyncio.sleep(0)

    def _resync(self, found: LedgerBatch) -> None:
        newest = {line.after.key: line.after for line in found.lines}
        if self._known is not None:
            self._known.hear(newest.values())
        for level in newest.values():
            self._subscribers.dispatch(LevelEvent(kind=LevelEventKind.RESYNC, level=level))
        if found.size:
            self._on_arrival()


def _change(line: Movement) -> LevelEvent:
    return LevelEvent(kind=LevelEventKind.CHANGE, level=line.after, movement=line)
