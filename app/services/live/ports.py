"""The ports of live feeds: the hub of changed levels, and the growing ledger."""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from app.domain.live.events import LevelEvent
from app.domain.stock.level import Level, LevelKey
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset


class LevelHub(Protocol):
    """Hands changed levels to the streams of the process, whichever process changed them."""

    def listen(
        self,
        *,
        skus: Collection[str] | None,
        locations: Collection[str] | None,
        hear: Callable[[LevelEvent], None],
    ) -> AbstractContextManager[None]:
        """Call `hear` with the changes from now on, until the context is left.

        None means any. It is called once for each version that arrives, in their order; it must be quick.
        """

    async def ready(self) -> None:
        """Wait until changes that are committed from now on are found, whatever is lost, by those who listen already.

        Raises Unavailable.
        """

    @property
    def rounds(self) -> int:
        """How often it was verified that what could be seen one round before had been handed out. It only grows."""


class KnownLevels(Protocol):
    """Levels that the process remembers, which the changes of other processes keep up to date."""

    def is_news(self, key: LevelKey, version: int) -> bool:
        """Tell whether this version of a level is later than the one remembered; False where none is."""

    def hear(self, levels: Iterable[Level]) -> None:
        """Note levels that were changed, where they are remembered and these are later."""


class LedgerTail(Protocol):
    """Reads the ledger in the order in which it grows: its lines, and the operations that change documents.

    All methods raise Unavailable.
    """

    async def check(self, offset: LedgerOffset) -> None:
        """Raise BadArgument where the ledger does not have the last entries before an offset: it is not its own.

        A ledger that was restored from a backup ends before the cursors that were given since.
        """

    async def now(self) -> LedgerOffset:
        """Return the offset behind everything that can be seen, as of one moment for all writers."""

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        """Read the next lines and operations behind an offset, a limited number of each.

        They come from one snapshot of the ledger in the order of their moments, so that the lines of a level and the
        changes of a document are in the order of their versions, within a batch and from batch to batch. Raises
        BadArgument where lines behind the offset were archived.
        """
