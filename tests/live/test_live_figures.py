"""Live figures are what the database says once writes stop, whoever writes, and whatever a principal sees."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.alerts.alert import Alert
from app.domain.alerts.alert_totals import AlertTotals
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.failures import BadArgument
from app.domain.insight.movers import MoversOrder, MoversWindow, TopMovers
from app.domain.operation import CommandInfo
from app.domain.stock.availability import LevelStatus
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter
from app.services.limited.alerts import LimitedAlertCounter
from app.services.limited.insight import LimitedMovers
from app.services.limited.sight import Sight
from app.services.live.figures.live_figures import LiveFigures
from app.services.live.figures.recomputed import MIN_THROTTLE_MS, Recomputing
from app.services.paging import PageRequest
from app.store.driver.client import Database
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.documents.alert_totals import MongoAlertCounter
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.insight.movers import MongoMovers
from app.store.readers.levels.summary import MongoSummary
from tests.live.process import KEYS, Process, a_process, ledger_of, wall_clock
from tests.live.redis_process import RestartableRedis
from tests.live.test_level_feed import given_facts
from tests.live.watching import Watcher
from tests.support.clock import SECOND
from tests.support.waiting import eventually

LIMITED = Visibility(locations=frozenset({"NORTH"}), categories=frozenset({"odd"}))
SUMMARIES = (
    LevelFilter(),
    LevelFilter(locations=("MAIN",)),
    LevelFilter(category="Even", statuses=(LevelStatus.OUT, LevelStatus.LOW)),
)
ALERTS = (AlertFilter(), AlertFilter(types=(AlertType.OUT,), locations=("NORTH",)))
MOVERS = [(order, codes) for order in MoversOrder for codes in (None, ("MAIN",), ("NORTH", "MAIN"))]


class Truth(NamedTuple):
    """What the domain alone makes of the whole database."""

    alerts: Sequence[Alert]
    lines: Sequence[Movement]
    categories: dict[str, str | None]

    def totals(self, where: AlertFilter, visibility: Visibility) -> AlertTotals:
        """Count the open alerts that match and are visible."""
        seen = (each for each in self.alerts if each.is_within(visibility) and self._shows(each.sku, visibility))
        return AlertTotals.of((each for each in seen if where.open_unless_named.matches(each)), as_of=Moment(0))

    def movers(self, order: MoversOrder, codes: Sequence[str] | None, visibility: Visibility) -> TopMovers:
        """Rank what moved and is visible."""
        lines = [
            line
            for line in reversed(self.lines)
            if (codes is None or line.after.key.location in codes)
            and visibility.shows_location(line.after.key.location)
            and self._shows(line.after.key.sku, visibility)
        ]
        return TopMovers.of(lines, since=Moment(0), until=Moment(0), order=order, first=5)

    def _shows(self, sku: str, visibility: Visibility) -> bool:
        return visibility.shows_category(self.categories[sku])


async def truth_in(database: Database) -> Truth:
    """Read everything."""
    alerts = await MongoDocuments(database).page_of_documents(AlertFilter(), page=PageRequest(first=100_000))
    items = await MongoCatalog(database).items([key.sku for key in KEYS])
    return Truth(alerts.nodes, await ledger_of(database), {sku: item.category for sku, item in items.items()})


def figures_of(process: Process, database: Database, visibility: Visibility) -> LiveFigures:
    """Return the figures that a principal of this process sees."""
    sight = Sight(visibility, catalog=MongoCatalog(database))
    return LiveFigures(
        sums=MongoSummary(database),
        alerts=LimitedAlertCounter(MongoAlertCounter(database), sight=sight),
        movers=LimitedMovers(MongoMovers(database), sight=sight),
        recomputing=Recomputing(process.growth),
        clock=wall_clock,
        visibility=visibility,
    )


async def sell(process: Process, *, rounds: int, seed: int) -> None:
    """Sell and take back, where there are units."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    for _ in range(rounds):
        key, units = chance.choice(KEYS), chance.choice((-3, -2, -1, 1))
        reason = MovementReason.SALE if units < 0 else MovementReason.RETURN
        line = Adjustment(key=key, delta=units, reason=reason)
        await process.writer.run(AdjustMany(info=info(), lines=(line,), is_atomic=False))


async def change_items(process: Process, *, rounds: int, seed: int) -> None:
    """Change costs and categories, which no line of the ledger tells."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    for _ in range(rounds):
        change = ItemChange(
            sku=chance.choice(KEYS).sku,
            unit_cost=Decimal(chance.randrange(1, 99)),
            category=chance.choice(("Odd", "Even", None)),
        )
        await process.writer.run(UpsertItem(info=info("itemUpsert"), change=change))


def info(kind: str = "stockAdjustMany") -> CommandInfo:
    """Return who does it."""
    return CommandInfo(operation_id=uuid4().hex, kind=kind, actor="shop")


async def test_every_figure_converges_on_the_database_under_load_from_two_processes(
    shop: Database, redis_url: str
) -> None:
    """Also those of a principal who sees one location and one category, while items change their categories."""
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there, AsyncExitStack() as stack:
        await given_facts(shop)
        await there.work(rounds=10, seed=9)
        watched: list[tuple[Watcher[Any], Callable[[Truth], object], Callable[[Any], object]]] = []

        async def watch(feed: Any, expected: Callable[[Truth], object], shown: Callable[[Any], object]) -> None:  # noqa: ANN401
            watched.append((await stack.enter_async_context(Watcher(feed)), expected, shown))

        for visibility in (EVERYTHING, LIMITED):
            figures = figures_of(here, shop, visibility)
            for where in ALERTS:
                await watch(
                    figures.alert_totals(where, throttle_ms=MIN_THROTTLE_MS),
                    lambda truth, where=where, seen=visibility: truth.totals(where, seen).by_type,  # type: ignore[misc]
                    lambda value: value.by_type,
                )
            for order, codes in MOVERS:
                await watch(
                    figures.top_movers(
                        MoversWindow.LAST_24_HOURS,
                        locations=codes,
                        order=order,
                        first=5,
                        throttle_ms=MIN_THROTTLE_MS,
                    ),
                    lambda truth, order=order, codes=codes, seen=visibility: truth.movers(order, codes, seen).movers,  # type: ignore[misc]
                    lambda value: value.movers,
                )
            for where in SUMMARIES:
                seen = where.within(visibility)
                feed = figures.summary(where, throttle_ms=MIN_THROTTLE_MS)
                await watch(feed, lambda _, seen=seen: seen, lambda value: value)  # type: ignore[misc]
        # when
        loads = [
            asyncio.create_task(process.work(rounds=30, seed=seed)) for seed in (1, 2) for process in (here, there)
        ]
        loads += [asyncio.create_task(sell(process, rounds=20, seed=3)) for process in (here, there)]
        await asyncio.gather(*loads)
        await change_items(there, rounds=20, seed=4)
        # then
        truth = await truth_in(shop)
        for watcher, expected, shown in watched:
            wanted = expected(truth)
            if isinstance(wanted, LevelFilter):
                found = await MongoSummary(shop).summary(wanted, as_of=Moment(0))
                await eventually(lambda: watcher.events and watcher.events[-1].value.totals == found.totals)  # noqa: B023
                assert watcher.events[-1].value.by_category == found.by_category
            else:
                await eventually(lambda: watcher.events and shown(watcher.events[-1].value) == wanted)  # noqa: B023
            assert watcher.failure is None


async def test_lines_beyond_the_limit_do_not_count(shop: Database, redis_url: str) -> None:
    """The newest ones do; the answer says from when on. Whether locations are merged or not makes no difference."""
    many = (*(f"NONE-{number}" for number in range(50)), "MAIN")
    async with a_process(shop, redis_url) as process:
        for number in range(6):
            await process.adjust((LevelKey("TEA-1", "MAIN"), 1), (LevelKey(f"TEA-{number}", "NORTH"), 1))
    lines = await ledger_of(shop)
    for codes, counted in ((None, lines[-5:]), (("MAIN", "NORTH"), lines[-5:]), (many, lines[-5:])):
        found = await MongoMovers(shop, max_lines=5).movers(
            codes, since=Moment(0), until=wall_clock(), order=MoversOrder.UNITS_MOVED, first=9
        )
        there = [line for line in counted if codes is None or line.after.key.location in codes]
        truth = TopMovers.of(reversed(there), since=Moment(0), until=Moment(0), order=MoversOrder.UNITS_MOVED, first=9)
        assert (found.movers, found.since) == (truth.movers, counted[0].recorded_at)
    whole = await MongoMovers(shop).movers(
        ("MAIN",), since=Moment(7), until=wall_clock(), order=MoversOrder.UNITS_MOVED, first=1
    )
    assert (whole.since, [mover.units_in for mover in whole.movers]) == (7, [6])


async def test_what_leaves_the_window_is_sent_although_nothing_happens(shop: Database, redis_url: str) -> None:
    """The feed reads again when its oldest line leaves, and no sooner."""
    now = wall_clock()
    async with a_process(shop, redis_url) as process:
        await process.adjust((LevelKey("TEA-1", "MAIN"), 1))
        figures = figures_of(process, shop, EVERYTHING)
        feed: Any = figures.top_movers(
            MoversWindow.LAST_15_MINUTES, locations=None, order=MoversOrder.UNITS_MOVED, first=1, throttle_ms=100
        )
        found = await feed.key.read()
        good_for = feed.key.good_for(found)
    assert 890 < good_for <= 900 + (wall_clock() - now) / SECOND
    assert [mover.sku for mover in found.movers] == ["TEA-1"]


def test_what_is_asked_of_movers_has_bounds() -> None:
    """The number of items, and of locations."""
    figures: Any = LiveFigures(
        sums=None,
        alerts=None,
        movers=None,
        recomputing=None,
        clock=wall_clock,  # type: ignore[arg-type]
    )
    for wrong in ({"first": 0}, {"first": 101}, {"locations": ("A",) * 101}):
        with pytest.raises(BadArgument):
            figures.top_movers(
                MoversWindow.LAST_HOUR,
                **{"locations": None, "order": MoversOrder.UNITS_SOLD, "first": 9, "throttle_ms": 100, **wrong},
            )


async def test_a_figure_follows_what_others_write_while_redis_is_away_and_what_a_process_did_not_publish(
    shop: Database, own_redis: RestartableRedis
) -> None:
    """Lines, and changes of items, which the ledger does not show; a process that crashed has published neither."""

    async def shows(on_hand: int, value: int) -> None:
        await eventually(
            lambda: (
                watcher.events
                and (totals := watcher.events[-1].value.totals).on_hand == on_hand
                and totals.on_hand_value == value * 10_000
            )
        )

    async with (
        a_process(shop, own_redis.url) as here,
        a_process(shop, own_redis.url) as there,
        a_process(shop, own_redis.url, is_mute=True) as mute,
    ):
        watcher: Watcher[Any] = Watcher(figures_of(here, shop, EVERYTHING).summary(LevelFilter(), throttle_ms=100))
        async with watcher:
            await eventually(lambda: watcher.events)
            # when a process commits and dies
            await mute.adjust((KEYS[0], 5))
            await shows(5, 0)
            # and when Redis does
            own_redis.kill()
            await eventually(lambda: here.hub.problem() is not None)
            await there.adjust((KEYS[0], 2))
            await shows(7, 0)
            cost = ItemChange(sku=KEYS[0].sku, unit_cost=Decimal(3))
            await there.writer.run(UpsertItem(info=info("itemUpsert"), change=cost))
            await shows(7, 21)
            await own_redis.start()
            await eventually(lambda: here.hub.problem() is None and there.publisher.problem is None)
            await there.writer.run(UpsertItem(info=info("itemUpsert"), change=replace(cost, unit_cost=Decimal(4))))
            await shows(7, 28)
        assert watcher.failure is None
