"""Alerts in such numbers that a plan without an index would show, and all their filters."""

import asyncio

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.alerts.filters import MAX_NAMES, AlertFilter
from tests.architecture.explained_list import ExplainedList
from tests.support.alerts import alert_of
from tests.support.clock import SECOND, START
from tests.support.explain import PAGE
from tests.support.scene import adjust, given_location, line, request_info
from tests.support.store import Store

CODES = tuple(f"L{number}" for number in range(8))
SKUS = tuple(f"S-{number:02}" for number in range(30))
ROUNDS = 4  # in each of which all 240 levels run low; in the last some of them come back


async def given_alerts(store: Store) -> None:
    """Make a shop with 960 alerts at 8 locations: 720 are closed, some are OUT, a few acknowledged or snoozed."""
    changes = [ItemChange(sku=sku, name=sku, reorder_point=3) for sku in SKUS]
    await store.shop.upsert_items(changes, is_atomic=True, request=request_info())
    for code in CODES:
        await given_location(store, code)
    keys = [LevelKey(sku, code) for sku in SKUS for code in CODES]
    for number in range(ROUNDS):
        store.clock.now = Moment(START + number * 100 * SECOND)
        received = [line(key, 5, MovementReason.RECEIPT) for key in keys]
        await store.stock.adjust_many(received, is_atomic=True, request=request_info())
        sold = [line(key, -2 if number == ROUNDS - 1 else -5, MovementReason.SALE) for key in keys]
        await store.stock.adjust_many(sold, is_atomic=True, request=request_info())
    worse = [alert_of(await adjust(store, key, -3)) for key in keys[:30]]
    until = Moment(store.clock.now + 3_600 * SECOND)
    await asyncio.gather(*(store.alerts.acknowledge(alert.id, request=request_info()) for alert in worse[:20]))
    await asyncio.gather(*(store.alerts.snooze(alert.id, until=until, request=request_info()) for alert in worse[10:]))


SINCE, UNTIL = Moment(START + 100 * SECOND), Moment(START + 250 * SECOND)
OPEN, CLOSED = (AlertState.OPEN,), (AlertState.CLOSED,)
ONE_FILTER = {
    "everything": AlertFilter(),
    "what is open": AlertFilter(states=OPEN),
    "what is closed": AlertFilter(states=CLOSED),
    "a type": AlertFilter(types=(AlertType.LOW,)),
    "types": AlertFilter(types=(AlertType.LOW, AlertType.OUT, AlertType.OVERSTOCK)),
    "an item": AlertFilter(skus=("S-07",)),
    "items": AlertFilter(skus=("S-07", "S-08", "S-29", "NONE")),
    "a location": AlertFilter(locations=("L3",)),
    "locations": AlertFilter(locations=("L3", "L5", "L7")),
    "a time": AlertFilter(since=SINCE, until=UNTIL),
    "what is open of a type": AlertFilter(states=OPEN, types=(AlertType.OUT,)),
    "what is open at a location": AlertFilter(states=OPEN, locations=("L3",)),
    "what is open of items": AlertFilter(states=OPEN, skus=("S-07", "S-08")),
}
SOME_FILTERS = {
    "what nobody takes care of": AlertFilter(states=OPEN, is_acknowledged=False, is_snoozed=False),
    "what somebody takes care of": AlertFilter(is_acknowledged=True),
    "what is snoozed": AlertFilter(is_snoozed=True),
    "visible locations": AlertFilter(visible_at=("L3", "L5")),
    "open ones of visible items": AlertFilter(states=OPEN, visible_skus=frozenset(SKUS[:9])),
    "a level": AlertFilter(skus=("S-07",), locations=("L3",)),
    "as many names as may be": AlertFilter(
        skus=tuple(f"S-{number:02}" for number in range(MAX_NAMES)),
        locations=tuple(f"L{number}" for number in range(MAX_NAMES)),
    ),
    "all of them": AlertFilter(
        states=OPEN,
        types=(AlertType.OUT,),
        skus=SKUS,
        locations=CODES,
        is_acknowledged=True,
        is_snoozed=True,
        since=SINCE,
        until=Moment(START + 1_000 * SECOND),
    ),
}

ALERT_LIST = ExplainedList(
    given=given_alerts,
    read=lambda store, where, after: store.alerts.alerts(where, first=PAGE, after=after),
    narrow=ONE_FILTER,
    combined=SOME_FILTERS,
    since=SINCE,
)
