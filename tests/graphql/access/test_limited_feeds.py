# ruff: noqa: ANN401 - events of every kind
"""A feed of a limited principal is the feed of everything, without what is out of sight."""

import asyncio
import base64
import random
from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import Any

import pytest

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.alerts.alert import Alert
from app.domain.document import Document
from app.domain.failures import BadArgument
from app.domain.live.events import DocumentEventKind
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter, MovementFilter
from app.services.live.live import Live
from app.services.live.stream import Feed, follow
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter
from tests.graphql.access.limited_world import AT_HERE, HERE, OF_TEA, Stage, World

DEADLINE_SECONDS = 60
ORDERS = PurchaseOrderFilter()
DOCUMENTS = (TransferFilter(), ReservationFilter(), ORDERS, AlertFilter())
CATEGORY = {"TEA-1": "Tea", "TEA-2": "Tea", "CUP-1": "Cups", "CUP-2": "Cups"}
MARK = LevelKey("TEA-1", "NEAR")  # visible to all: the last change of a run
MARKED = 9_999


def sees(visibility: Visibility, key: LevelKey) -> bool:
    """Tell whether a level is visible."""
    return visibility.shows_location(key.location) and visibility.shows_category(CATEGORY.get(key.sku))


def sees_document(visibility: Visibility, document: Document) -> bool:
    """Tell whether a document is visible, by what its kind says of locations and items."""
    if isinstance(document, Alert):
        return sees(visibility, document.level_key)
    return document.is_within(visibility)


async def until(feed: Feed[Any], is_last: Callable[[Any], bool]) -> list[Any]:
    """Return the events of a feed up to one of them."""
    found: list[Any] = []
    async with asyncio.timeout(DEADLINE_SECONDS), aclosing(follow(feed)) as events:
        async for event in events:
            found.append(event)
            if is_last(event):
                break
    return found


async def many_things_happen(world: World, *, seed: int) -> None:
    """Change levels and documents everywhere, in a random order that the seed repeats."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    for _ in range(25):
        code, other = chance.sample(("HERE", "NEAR", "THERE", "FAR"), k=2)
        sku = chance.choice(("TEA-1", "CUP-1"))
        line = {"sku": sku, "quantity": 1}
        match chance.randrange(5):
            case 0:
                await world.made("stockAdjust", sku=sku, location=code, delta=1, reason="CORRECTION")
            case 1:
                low = chance.choice(("TEA-2", "CUP-2"))
                for delta in (200, -200):  # its alert closes, and another opens
                    await world.made("stockAdjust", sku=low, location=code, delta=delta, reason="CORRECTION")
            case 2:
                made = await world.made("transferCreate", source=code, destination=other, lines=[line])
                await world.made("transferShip", id=made["transfer"]["id"])
            case 3:
                lines = [{**line, "location": each} for each in {code, chance.choice((code, other))}]
                made = await world.made("reservationCreate", lines=lines)
                await world.made("reservationFulfill", id=made["reservation"]["id"])
            case _:
                await world.made("purchaseOrderCreate", supplier="ACME", location=code, lines=[line])
    await mark(world)


@pytest.mark.parametrize("visibility", [AT_HERE, OF_TEA], ids=["locations", "categories"])
async def test_limited_feeds_are_the_whole_feeds_without_what_is_hidden(stage: Stage, visibility: Visibility) -> None:
    """Levels, movements and documents of each kind, over a random run of changes; so are feeds that are resumed."""
    world = stage.world
    await world.made("stockSet", sku=MARK.sku, location=MARK.location, quantity=500, force=True)
    lives = [stage.application.services_for(each).live for each in (EVERYTHING, visibility)]

    def watched(live: Live) -> list[Feed[Any]]:
        return [live.levels(LevelFilter()), live.movements(MovementFilter())]

    running = [asyncio.ensure_future(until(feed, _is_marked)) for live in lives for feed in watched(live)]
    begun = await until(lives[0].movements(MovementFilter()), lambda _: True)
    cursor = begun[0].cursor
    await many_things_happen(world, seed=len(visibility.locations or ()))
    all_levels, all_lines, levels, lines = await asyncio.gather(*running)

    assert {event.level.key for event in levels} == {e.level.key for e in all_levels if sees(visibility, e.level.key)}
    assert _last(levels) == _last(event for event in all_levels if sees(visibility, event.level.key))
    assert _said(lines) == _said(event for event in all_lines if _is_seen(visibility, event))
    resumed = await until(lives[1].movements(MovementFilter(), after=cursor), _is_marked)
    assert _said(resumed) == _said(lines)
    for where in DOCUMENTS if visibility.categories is None else (AlertFilter(),):
        whole, limited = [
            [each.recorded for each in await until(live.documents(where, after=cursor), _is_marker)] for live in lives
        ]
        assert limited == [each for each in whole if sees_document(visibility, each)]


async def test_a_snapshot_of_documents_shows_and_resumes_what_is_visible(stage: Stage) -> None:
    """A cursor that another visibility got in the middle of a snapshot does not fit."""
    whole, limited = (stage.application.services_for(each).live for each in (EVERYTHING, AT_HERE))
    made = [await order_at(stage.world, code) for code in ("HERE", "THERE", "NEAR")]
    running = [asyncio.ensure_future(until(live.documents(ORDERS), _is_change)) for live in (whole, limited)]
    while not all(each.done() for each in running):  # a feed may begin after one of them
        await order_at(stage.world, "HERE")
    shown, seen = [feed.result()[:-1] for feed in running]
    assert {each.document.id for each in seen}.isdisjoint({made[1]})
    assert [each for each in made if each in {event.document.id for event in seen}] == [made[0], made[2]]
    assert all(each.document.is_within(AT_HERE) for each in seen)
    with pytest.raises(BadArgument, match="it fits the same filter only"):
        limited.documents(ORDERS, after=shown[0].cursor)
    rest = await until(limited.documents(ORDERS, after=seen[0].cursor), lambda each: each.document == seen[-1].document)
    assert [each.document for each in rest] == [each.document for each in seen[1:]]


async def order_at(world: World, code: str) -> str:
    """Create a purchase order, and return the id behind its global id."""
    lines = [{"sku": "TEA-1", "quantity": 1}]
    payload = await world.made("purchaseOrderCreate", supplier="ACME", location=code, lines=lines)
    identity: str = base64.b64decode(payload["purchaseOrder"]["id"]).decode().partition(":")[2]
    return identity


async def mark(world: World) -> None:
    """Make the last change of each kind, which all see who see its kind."""
    line = {"sku": "TEA-1", "quantity": 1}
    await world.made("transferCreate", source="HERE", destination="NEAR", lines=[line], reference="marker")
    await world.made("reservationCreate", lines=[{**line, "location": "HERE"}], reference="marker")
    await world.made("purchaseOrderCreate", supplier="ACME", location="HERE", lines=[line], reference="marker")
    await world.made("alertAcknowledge", id=await world.alert(HERE), note="marker")
    await world.made("stockSet", sku=MARK.sku, location=MARK.location, quantity=MARKED, force=True)


def _is_marker(event: Any) -> bool:
    return "marker" in (getattr(event.recorded, "reference", None), getattr(event.recorded, "note", None))


def _is_change(event: Any) -> bool:
    return event.kind is DocumentEventKind.CHANGE


def _is_marked(event: Any) -> bool:
    """Tell whether an event of levels or movements is the last one of a run."""
    level = getattr(event, "level", None) or (event.movement and event.movement.after)
    return level is not None and level.key == MARK and level.on_hand == MARKED


def _is_seen(visibility: Visibility, event: Any) -> bool:
    return event.movement is None or sees(visibility, event.movement.after.key)


def _said(events: Iterable[Any]) -> list[Movement]:
    return [event.movement for event in events if event.movement is not None]


def _last(events: Iterable[Any]) -> dict[LevelKey, int]:
    """Return the last version of each level: feeds of levels leave out those between."""
    return {event.level.key: event.level.version for event in events}
