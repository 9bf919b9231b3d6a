"""Snapshot and changes of documents against each other, step by step: commits, pages and reads in any order."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from app.domain.document import Document
from app.domain.excerpt import Extent
from app.domain.live.events import DocumentEvent
from app.domain.operation import CommandInfo, Operation
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.time import Moment
from app.services.live.documents.document_feed import document_feed
from app.services.live.documents.document_offset import document_offset_of
from app.services.live.documents.document_source import list_name
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.shared_streams import SharedStreams
from app.services.live.stream import follow
from app.services.paging import Page, PageRequest
from app.services.ports import DocumentReader
from app.services.reservations.filters import ReservationFilter
from tests.support.waiting import eventually

ALL = ReservationFilter()
ONLY_HELD = ReservationFilter(states=(ReservationState.HELD,))
NAMES = "abcdefgh"
PAGE = 3
ROUND = 2
MANY = 120  # operations; reads take longer the more there are


class World:
    """Reservations that two writers change, a tail with short rounds, and a reader of short pages.

    What a writer has begun is seen when it commits, so that earlier moments may be seen after later ones.
    """

    def __init__(self, seed: int) -> None:
        self.orders: dict[str, Reservation] = {}
        self._chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        self._told: list[Operation] = []
        self._begun: dict[str, Operation] = {}
        self._clock = 0
        self._is_settled = False

    async def check(self, offset: LedgerOffset) -> None:
        """Every offset is of this ledger."""

    def turn(self) -> None:
        """Let some things happen, until everything has settled."""
        for _ in range(0 if self._is_settled or len(self._told) > MANY else self._chance.randrange(5)):
            writer = self._chance.choice("xy")
            if writer in self._begun:
                self._commit(writer)
            else:
                self._begin(writer)

    def settle(self) -> None:
        """Let everything be seen, and nothing more happen."""
        self._is_settled = True
        for writer in tuple(self._begun):
            self._commit(writer)

    def finish(self) -> None:
        """Hold a last reservation, after everything else."""
        self._set("x", "last", states=[ReservationState.HELD])
        self._commit("x")

    async def now(self) -> LedgerOffset:
        await self._pass_time()
        offset = LedgerOffset(base=Moment(0), reached={})
        for operation in sorted(self._told, key=_moment):
            offset = offset.after(operation)
        return offset

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        await self._pass_time()
        found = sorted((each for each in self._told if not after.is_past(each)), key=_moment)
        offset = after
        for operation in found[:ROUND]:
            offset = offset.after(operation)
        return LedgerBatch(
            lines=(),
            operations=found[:ROUND],
            size=len(found[:ROUND]),
            offset=offset,
            is_complete=len(found) < ROUND,
        )

    async def page_of_documents(
        self, where: ReservationFilter, *, page: PageRequest, extent: Extent | None = None
    ) -> Page[Reservation]:
        await self._pass_time()
        found = sorted(filter(where.matches, self.orders.values()), key=_place, reverse=True)
        rest = [order for order in found if page.after is None or _place(order) < page.after]
        await self._pass_time()
        shown = tuple(rest[:PAGE])
        return Page(nodes=shown, positions=tuple(map(_place, shown)), order="NEWEST", has_next=len(rest) > PAGE)

    async def documents(
        self, kind: type[Reservation], ids: Sequence[str], *, extent: Extent | None = None
    ) -> Mapping[str, Reservation]:
        await self._pass_time()
        return {name: order for name, order in self.orders.items() if name in ids}

    async def _pass_time(self) -> None:
        self.turn()
        await asyncio.sleep(0)
        self.turn()

    def _begin(self, writer: str) -> None:
        busy = {order.id for operation in self._begun.values() for order in operation.documents}
        free = [name for name in NAMES if name not in busy]
        names = self._chance.sample(free, k=self._chance.choice((1, 1, 2, 3)))
        self._set(writer, *names, states=[ReservationState.HELD, ReservationState.RELEASED])

    def _set(self, writer: str, *names: str, states: list[ReservationState]) -> None:
        self._clock += 1
        at = Moment(self._clock)
        changed: list[Document] = []
        for name in names:
            known = self.orders.get(name) or Reservation(id=name, created_at=at, lines=(), holds=())
            state = self._chance.choice(states)
            changed.append(replace(known, version=known.version + 1, changed_at=at, state=state))
        info = CommandInfo(operation_id=f"{self._clock}", kind="orderSet", actor="shop")
        self._begun[writer] = Operation(
            info=info, recorded_at=at, documents=tuple(changed), published_at=at, writer=writer
        )

    def _commit(self, writer: str) -> None:
        operation = self._begun.pop(writer)
        self._told.append(operation)
        self.orders |= {each.id: each for each in operation.documents if isinstance(each, Reservation)}


@dataclass(kw_only=True)
class Screen:
    """A client: it keeps what each document was last, and whether a version that it has comes again."""

    where: ReservationFilter
    versions: dict[str, list[int]] = field(default_factory=dict)
    newest: dict[str, Reservation] = field(default_factory=dict)
    cursor: str | None = None

    def take(self, event: DocumentEvent[Reservation]) -> None:
        """Take an event."""
        order = event.document
        self.cursor = event.cursor
        self.versions.setdefault(order.id, []).append(event.recorded.version)
        assert event.recorded.version <= order.version
        assert order.id not in self.newest or self.newest[order.id].version <= order.version
        self.newest[order.id] = order

    @property
    def shown(self) -> dict[str, Reservation]:
        """What it shows to its user."""
        return {name: order for name, order in self.newest.items() if self.where.matches(order)}


async def watch(
    world: World, screen: Screen, tail: SharedTail, streams: SharedStreams, chance: random.Random | None
) -> None:
    """Follow a feed; with chances, break off and resume."""
    documents: DocumentReader = world  # type: ignore[assignment]
    while True:
        after = None if screen.cursor is None else document_offset_of(screen.cursor, of=list_name(screen.where))
        feed = document_feed(
            screen.where,
            within=ALL,
            after=after,
            documents=documents,
            ledger=world,
            tail=tail,
            streams=streams,
            remembered_max=4,
            kept_max=3 if chance else 1_000,  # who has fallen behind resumes, too
        )
        async with aclosing(follow(feed)) as events:
            left = chance.randrange(1, 8) if chance else 1_000_000
            async for event in events:
                screen.take(event)
                left -= 1
                if left == 0:
                    break


@pytest.mark.parametrize("resumes", [False, True])
@pytest.mark.parametrize("where", [ALL, ONLY_HELD])
async def test_however_commits_and_pages_interleave_the_subscriber_ends_with_the_truth(
    where: ReservationFilter, resumes: bool
) -> None:
    """Nothing is missing at the end, and an unbroken feed tells each version once and in order."""
    for seed in range(20):
        world, screens = World(seed), [Screen(where=where) for _ in range(3)]
        await play(world, screens, seed=seed, resumes=resumes)
        truth = {name: order for name, order in world.orders.items() if where.matches(order)}
        for screen in screens:
            assert screen.shown == truth, f"seed {seed}"
            if not resumes:
                assert all(sorted(set(versions)) == versions for versions in screen.versions.values())
            if where == ALL:
                assert all(is_gapless(versions) for versions in screen.versions.values())


async def play(world: World, screens: list[Screen], *, seed: int, resumes: bool) -> None:
    """Let things happen while clients come, until each has seen what happened last."""
    streams, watchers = SharedStreams(), []
    for _ in range(seed % 20):
        world.turn()
    async with SharedTail(world) as tail:
        for turn in range(200):
            if turn in (0, 3, 100):
                chance = random.Random(seed + turn) if resumes else None  # noqa: S311 - a repeatable course
                screen = screens[len(watchers)]
                watchers.append(asyncio.create_task(watch(world, screen, tail, streams, chance)))
            world.turn()
            tail.wake()
            await asyncio.sleep(0)
        world.settle()
        for version in (1, 2):  # the first may still be part of a snapshot; the second comes behind all else
            world.finish()
            tail.wake()
            for screen in screens:
                await eventually(lambda: version in screen.versions.get("last", ()))  # noqa: B023
        assert len(streams) == 1
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)


def is_gapless(versions: list[int]) -> bool:
    """Tell whether each version from the first on was told."""
    return sorted(set(versions)) == [*range(min(versions), max(versions) + 1)]


def _moment(operation: Operation) -> Moment:
    assert operation.published_at is not None
    return operation.published_at


def _place(order: Reservation) -> tuple[int, str]:
    return (order.created_at, order.id)
