"""Fills an empty database with the demo shop, and gives it a past if the settings ask for one.

The past is recorded by a clock that shows it, before any process serves, so that figures which go by the moment of the
ledger have weeks to go by.
Rule: only an empty database is filled; a seeding that was interrupted is completed at the next start.
"""

import time
from collections.abc import Callable
from functools import partial

from app.bootstrap.application import open_application
from app.bootstrap.demo_shop import base_shop
from app.bootstrap.demo_shop.assortment import opening_stock, places
from app.bootstrap.demo_shop.base_shop import demo_request, is_recorded
from app.bootstrap.demo_shop.enactment import Enactment
from app.bootstrap.demo_shop.furnishing import FIRST_KEY, add_locations, furnish
from app.bootstrap.demo_shop.past import DAY, HOUR, Past
from app.bootstrap.demo_shop.past_clock import PastClock
from app.bootstrap.demo_shop.patience import patiently
from app.bootstrap.demo_shop.staff import hire
from app.config import Settings
from app.domain.idempotency import operation_id_of_key
from app.domain.time import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, Moment, datetime_of
from app.services.filters import ItemFilter
from app.services.use_cases import Services

Report = Callable[[str], None]

_SEED = 1
LAST_KEY = "demo:archive:OLDMILL"
_MARGIN_SECONDS = 60  # the past ends before the present, though the clocks of two machines differ
_REPORT_SECONDS = 2.0


async def fill(settings: Settings, *, report: Report) -> bool:
    """Fill an empty database, or complete it; return whether it holds the demo shop."""
    now = Moment(time.time_ns() // 1_000)
    clock = PastClock(Moment(_day_of(now) - settings.demo_days * MICROSECONDS_PER_DAY))
    async with open_application(settings, past=clock) as application:
        services = application.services
        begun = await services.stock.operation(operation_id_of_key(actor=base_shop.ACTOR, key=FIRST_KEY))
        is_new = not await is_recorded(services, base_shop.FIRST_KEY) and not await services.catalog.count_items(
            ItemFilter()
        )
        if begun is not None:
            clock.begin_at(_day_of(begun.recorded_at))
        elif not is_new or not settings.demo_days:
            clock.begin_at(now)
            return await _fill_base(services, report)
        if await is_recorded(services, LAST_KEY):
            return True
        report("Demo shop: its past is being recorded, which takes some seconds")
        await patiently(partial(add_locations, services))
        await patiently(partial(_add_base, services))
        await _trade(services, clock, now=now, report=report)
    return True


async def _add_base(services: Services) -> None:
    await base_shop.seed(services)


async def _fill_base(services: Services, report: Report) -> bool:
    if await base_shop.seed(services):
        report("Demo shop: 200 items at 3 locations")
        return True
    return await base_shop.is_seeded(services)


async def _trade(services: Services, clock: PastClock, *, now: Moment, report: Report) -> None:
    """Record everything from the beginning that the clock shows up to the present."""
    began, beginning = time.monotonic(), clock()
    shop = places()
    await patiently(partial(furnish, services, shop))
    await patiently(partial(hire, services))
    seconds = (now - beginning) / MICROSECONDS_PER_SECOND - _MARGIN_SECONDS
    days, rest = divmod(seconds, DAY)
    past = Past(
        shop,
        opening_stock(shop),
        days=int(days),
        hours=rest / HOUR,
        weekday=datetime_of(beginning).weekday(),
        seed=_SEED,
    )
    said = began

    def advance(at: float) -> None:
        nonlocal said
        if time.monotonic() - said > _REPORT_SECONDS:
            said = time.monotonic()
            report(f"Demo shop: {int(at // DAY)} of {int(days)} days recorded")

    await Enactment(services, clock=clock).enact(past.steps(), advance=advance)
    await services.suppliers.upsert(
        "OLDMILL", name="The Old Mill (closed)", request=demo_request("demo:supplier:OLDMILL")
    )
    await services.suppliers.archive("OLDMILL", is_archived=True, request=demo_request(LAST_KEY))
    skus, codes = {key.sku for key in shop}, {key.location for key in shop}
    report(
        f"Demo shop: {len(skus)} items at {len(codes)} locations, and {int(days)} days of trade, "
        f"in {time.monotonic() - began:.1f} s"
    )


def _day_of(moment: Moment) -> Moment:
    """Return the midnight (UTC) before a moment."""
    return Moment(moment // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY)
