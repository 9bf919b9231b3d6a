"""A process of the server without its web side: a writer, a publisher, a hub and the feeds, over one database."""

import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.domain.errors import Refused
from app.domain.operation import CommandInfo
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.commands.configure_level import ConfigureLevel
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.live.hub import Hub
from app.live.publisher import Publisher
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.committed_batch import CommittedBatch
from app.services.filters import LevelFilter, MovementFilter
from app.services.live.figures.growth import Growth
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.levels.level_log import MAX_LEVELS_KEPT
from app.services.live.live import Live
from app.services.live.shared_streams import SharedStreams
from app.store.driver.client import Database
from app.store.mapping.ledger import movement_of
from app.store.mapping.levels import level_of
from app.store.queries.levels import level_query
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.ledger.ledger_tail import BATCH_LINES, MongoTail
from app.store.readers.levels.levels import MongoLevels
from app.store.writer.writer import MongoWriter
from tests.live.orders import ORDERS, SetOrders
from tests.support.scene import given_catalog
from tests.support.store import a_writer, mongo_store

KEYS = tuple(LevelKey(f"TEA-{number}", place) for number in range(30) for place in ("MAIN", "NORTH"))


def wall_clock() -> Moment:
    """Return the present moment."""
    return Moment(time.time_ns() // 1000)


@dataclass(frozen=True, kw_only=True)
class Process:
    """What a test uses of a process."""

    writer: MongoWriter
    publisher: Publisher
    hub: Hub
    tail: SharedTail
    growth: Growth
    streams: SharedStreams
    live: Live

    async def adjust(self, *deltas: tuple[LevelKey, int]) -> None:
        """Change some levels in one operation; a line that is refused changes nothing."""
        lines = tuple(Adjustment(key=key, delta=delta, reason=MovementReason.CORRECTION) for key, delta in deltas)
        await self.writer.run(AdjustMany(info=_info(), lines=lines, is_atomic=False))

    async def configure(self, key: LevelKey, **settings: Any) -> None:  # noqa: ANN401 - any settings
        """Set what a level is replenished by."""
        await self.writer.run(ConfigureLevel(info=_info(), key=key, settings=SettingsChange(**settings)))

    async def order(self, states: Mapping[str, ReservationState], *keys: LevelKey) -> None:
        """Set the states of reservations, and add a unit to each of these levels, in one operation."""
        await self.writer.run(SetOrders(info=_info("orderSet"), states=states, keys=keys))

    async def deal(self, *, rounds: int, seed: int, orders: Sequence[str] = ORDERS) -> None:
        """Set random reservations to random states, with and without changes of levels between and beside."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        for _ in range(rounds):
            keys = chance.sample(KEYS, k=chance.choice((0, 0, 1, 3)))
            chosen = chance.sample(orders, k=chance.choice((0, 1, 1, 1, 2, 4)))
            await self.order({each: chance.choice((*ReservationState,)) for each in chosen}, *keys)

    async def work(self, *, rounds: int, seed: int, keys: Sequence[LevelKey] = KEYS) -> None:
        """Change random levels, so that they pass through every status."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        for _ in range(rounds):
            chosen = chance.sample(keys, k=min(3, len(keys)))
            with suppress(Refused):
                await self.adjust(*((key, chance.choice((-4, -3, -2, -1, 1, 2, 3, 4))) for key in chosen))


@asynccontextmanager
async def a_process(
    database: Database,
    redis_url: str,
    *,
    is_mute: bool = False,
    levels_kept: int = MAX_LEVELS_KEPT,
    batch_lines: int = BATCH_LINES,
    batch_document_lines: int = BATCH_LINES,
) -> AsyncIterator[Process]:
    """Run a process. A mute one commits and never publishes, like one that crashes in between."""
    async with AsyncExitStack() as stack:
        ledger = MongoTail(
            database.client,
            database,
            clock=wall_clock,
            batch_lines=batch_lines,
            batch_document_lines=batch_document_lines,
        )
        publisher = await stack.enter_async_context(Publisher(redis_url, namespace=database.name))
        tail = await stack.enter_async_context(SharedTail(ledger))
        growth = Growth()

        def on_arrival() -> None:
            tail.wake()
            growth.wake()

        hub = await stack.enter_async_context(
            Hub(
                redis_url,
                namespace=database.name,
                ledger=ledger,
                on_arrival=on_arrival,
                is_awaited=lambda: tail.is_awaited or growth.is_awaited,
            )
        )
        writer = a_writer(database, clock=wall_clock, on_committed=_ignore if is_mute else publisher.committed)
        stack.push_async_callback(writer.close)
        item_matches, streams = ItemMatchCache(MongoCatalog(database)), SharedStreams()
        live = Live(
            hub=hub,
            levels=MongoLevels(database),
            item_matches=item_matches,
            documents=MongoDocuments(database),
            ledger=ledger,
            tail=tail,
            streams=streams,
            levels_kept=levels_kept,
        )
        yield Process(writer=writer, publisher=publisher, hub=hub, tail=tail, growth=growth, streams=streams, live=live)


async def given_shop(database: Database, keys: Sequence[LevelKey] = KEYS) -> None:
    """Create the items and locations, and no level."""
    await given_catalog(mongo_store(database), *keys)


async def levels_in(database: Database, where: LevelFilter) -> dict[LevelKey, Level]:
    """Return the levels that the database holds."""
    documents = await database["levels"].find(level_query(where)).to_list(None)
    return {level.key: level for level in map(level_of, documents)}


async def ledger_of(database: Database, where: MovementFilter | None = None) -> list[Movement]:
    """Return the ledger in the order of its moments."""
    documents = await database["movements"].find({}, sort=[("recorded_at", 1), ("writer", 1)]).to_list(None)
    lines = [movement_of(document) for document in documents]
    return [line for line in lines if where is None or where.sku in (None, line.after.key.sku)]


def _info(kind: str = "stockAdjustMany") -> CommandInfo:
    return CommandInfo(operation_id=uuid4().hex, kind=kind, actor="shop")


def _ignore(news: CommittedBatch) -> None:
    pass
