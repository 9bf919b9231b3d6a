"""The query and indexes of reservations: by item and location, by expiry, and by the units that they wait for."""

from collections.abc import Iterable, Iterator, Sequence

from pymongo import ASCENDING, IndexModel

from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.services.reservations.filters import ReservationFilter
from app.store.driver.client import BsonDocument
from app.store.mapping.levels import level_id
from app.store.queries.conditions import all_of, between, in_any_form, one_of
from app.store.queries.newest_first import newest

ANYWHERE: BsonDocument = {"$gte": "/", "$lt": "0"}  # what waits for any item at no location in particular

_IS_TEXT: BsonDocument = {"$gte": ""}

INDEXES = (
    newest("newest"),
    newest("newest_in_state", "state"),
    newest("newest_of_sku", "skus"),
    newest("newest_at_location", "locations"),
    newest("newest_at_level", "places"),
    newest("newest_of_reference", "reference", only={"reference": _IS_TEXT}),
    newest("newest_of_channel", "channel", only={"channel": _IS_TEXT}),
    newest("newest_open_at_level", "places", only={"is_open": True}),
    IndexModel(
        [("expires_at", ASCENDING), ("_id", ASCENDING)],
        name="due",
        partialFilterExpression={"is_open": True, "expires_at": {"$gt": 0}},
    ),
    IndexModel(
        [("waiting_at", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)],
        name="waiting",
        partialFilterExpression={"waiting_at": {"$exists": True}},
    ),
)


def index_fields(reservation: Reservation) -> BsonDocument:
    """Return the fields that lists filter by. Only open ones have `is_open`, only waiting ones `waiting_at`."""
    found: BsonDocument = {
        "skus": list(dict.fromkeys(line.sku for line in reservation.lines)),
        "locations": list(dict.fromkeys(hold.location for hold in reservation.holds)),
        "places": list(map(level_id, reservation.level_keys)),
    }
    if reservation.state in OPEN:
        found["is_open"] = True
        if waiting := dict.fromkeys(level_id(hold.key) for hold in reservation.holds if hold.waiting):
            found["waiting_at"] = [*waiting, *map(anywhere, reservation.waits_anywhere_for)]
    return found


def query(where: ReservationFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of(
        {
            "_id": _one_of_ids(where),
            "state": one_of(where.states),
            **_at(where),
            "$and": None if where.visible_at is None else list(_names_none_but(where.visible_at)),
            "reference": in_any_form(where.reference),
            "channel": in_any_form(where.channel),
            "created_at": between(where.since, where.until),
        }
    )


def _names_none_but(codes: Sequence[str]) -> Iterator[BsonDocument]:
    """Yield the conditions of reservations that name no location but these: see Reservation.named_locations."""
    yield {"locations": {"$in": [*codes, []]}}  # for the index: without any, nothing is held yet
    yield {"locations": {"$not": {"$elemMatch": {"$nin": list(codes)}}}}
    yield {"accepts": {"$not": {"$elemMatch": {"$nin": list(codes)}}}}
    yield {"lines": {"$not": {"$elemMatch": {"location": {"$nin": [*codes, None]}}}}}


def _one_of_ids(where: ReservationFilter) -> BsonDocument | None:
    if where.ids is not None:
        return {"$in": list(where.ids)}
    return None if where.other_ids is None else {"$nin": list(where.other_ids)}


def _at(where: ReservationFilter) -> BsonDocument:
    if where.sku is not None and where.location is not None:
        return {"places": level_id(LevelKey(where.sku, where.location))}
    return {"skus": where.sku, "locations": where.location}


def anywhere(sku: str) -> str:
    """Return the text for an item at no location in particular: no code is empty, so it stands for no level."""
    return f"/{sku}"


def homes_of(places: Iterable[str], sku: str) -> Iterator[str]:
    """Yield the codes of the locations at which units of an item are waited for, of such texts."""
    for place in places:
        location, _, found = place.partition("/")
        if location and found == sku:
            yield location
