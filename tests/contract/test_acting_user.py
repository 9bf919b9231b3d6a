"""Who did it: the actor, and the person whom a partner app names."""

from datetime import timedelta

from msgspec import structs

from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.request_info import RequestInfo
from tests.support.alerts import alert_of
from tests.support.clock import SECOND
from tests.support.scene import TEA, adjust, given_item, given_level, given_location, request_info
from tests.support.store import Store

ANNA = RequestInfo(actor="key:till-7", acting_user="Anna B.", idempotency_key="sale-1")


async def test_an_acting_user_is_recorded_and_decides_nothing(store: Store) -> None:
    """Read from the ledger again, it is there; another one who repeats the request gets the first answer."""
    await given_level(store, on_hand=9)
    sold = await store.stock.adjust(TEA, delta=-1, reason=MovementReason.SALE, request=ANNA)
    bens = structs.replace(ANNA, acting_user="Ben")
    again = await store.stock.adjust(TEA, delta=-1, reason=MovementReason.SALE, request=bens)
    [found] = (await store.stock.operations([sold.operation.id])).values()
    assert (found.info.actor, found.info.acting_user) == ("key:till-7", "Anna B.")
    assert (again.replayed, again.operation) == (True, sold.operation)
    level = await store.level(TEA)
    assert level is not None
    assert level.on_hand == 8


async def test_documents_show_the_actor_with_the_acting_user(store: Store) -> None:
    """An alert keeps both, and without an acting user the actor alone."""
    await given_item(store, TEA.sku, reorder_point=5)
    await given_location(store)
    await adjust(store, TEA, 9)
    sold = await store.stock.adjust(TEA, delta=-8, reason=MovementReason.SALE, request=ANNA)
    noted = structs.replace(ANNA, idempotency_key=None)
    seen = await store.alerts.acknowledge(alert_of(sold).id, request=noted)
    until = Moment(store.clock.now + timedelta(hours=1).seconds * SECOND)
    asleep = await store.alerts.snooze(alert_of(sold).id, until=until, request=request_info(actor="person:ben"))
    assert alert_of(seen).acknowledged_by == "key:till-7 (Anna B.)"
    assert alert_of(asleep).snoozed_by == "person:ben"
