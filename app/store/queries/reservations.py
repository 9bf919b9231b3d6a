"""How reservations are found: by what they ask for and where they have it, by when they run out, and by what waits."""

from collections.abc import Iterable, Iterator, Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.reservations.filters import ReservationFilter
from app.services.reservations.ports import WaitingReservation
from app.store.client import BsonDocument, Database, aggregated
from app.store.driver_failures import unavailable_on_failure
from app.store.queries.text_forms import in_any_form
from app.store.readers.archived_locations import archived_codes

NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]
ANYWHERE: BsonDocument = {"$gte": "/", "$lt": "0"}  # what waits for any item at no location in particular

_IS_TEXT: BsonDocument = {"$gte": ""}
_HAS_FREE: BsonDocument = {"$expr": {"$gt": ["$on_hand", {"$add": ["$reserved", "$unavailable"]}]}}

INDEXES = (
    IndexModel(NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("skus", ASCENDING), *NEWEST_FIRST], name="newest_of_sku"),
    IndexModel([("locations", ASCENDING), *NEWEST_FIRST], name="newest_at_location"),
    IndexModel([("places", ASCENDING), *NEWEST_FIRST], name="newest_at_level"),
    IndexModel(
        [("reference", ASCENDING), *NEWEST_FIRST],
        name="newest_of_reference",
        partialFilterExpression={"reference": _IS_TEXT},
    ),
    IndexModel(
        [("channel", ASCENDING), *NEWEST_FIRST],
        name="newest_of_channel",
        partialFilterExpression={"channel": _IS_TEXT},
    ),
    IndexModel(
        [("places", ASCENDING), *NEWEST_FIRST],
        name="newest_open_at_level",
        partialFilterExpression={"is_open": True},
    ),
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


def facts(reservation: Reservation) -> BsonDocument:
    """Return what finds a reservation. Only an open one says so, and only one that waits says where."""
    found: BsonDocument = {
        "skus": list(dict.fromkeys(line.sku for line in reservation.lines)),
        "locations": list(dict.fromkeys(hold.location for hold in reservation.holds)),
        "places": list(map(place_of, reservation.level_keys)),
    }
    if reservation.state in OPEN:
        found["is_open"] = True
        if waiting := dict.fromkeys(place_of(hold.key) for hold in reservation.holds if hold.waiting):
            found["waiting_at"] = [*waiting, *map(anywhere, reservation.waits_anywhere_for)]
    return found


def query(where: ReservationFilter) -> BsonDocument:
    """Return the query of a filter."""
    narrowed: BsonDocument = {}
    if where.states is not None:
        narrowed["state"] = {"$in": [state.value for state in where.states]}
    if where.sku is not None and where.location is not None:
        narrowed["places"] = place_of(LevelKey(where.sku, where.location))
    elif where.sku is not None:
        narrowed["skus"] = where.sku
    elif where.location is not None:
        narrowed["locations"] = where.location
    for name in ("reference", "channel"):
        if (value := getattr(where, name)) is not None:
            narrowed[name] = in_any_form(value)
    if where.ids is not None:
        narrowed["_id"] = {"$in": list(where.ids)}
    elif where.other_ids is not None:
        narrowed["_id"] = {"$nin": list(where.other_ids)}
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        narrowed["created_at"] = window
    return narrowed


@unavailable_on_failure
class MongoReservationQueue:
    """See ReservationQueue."""

    def __init__(self, database: Database) -> None:
        self._reservations = database["reservations"]
        self._levels = database["levels"]
        self._locations = database["locations"]

    async def due(self, *, now: Moment, limit: int, keys: Sequence[LevelKey] | None = None) -> Sequence[str]:
        wanted: BsonDocument = {"is_open": True, "expires_at": {"$gt": 0, "$lte": now}}
        if keys is not None:
            wanted["places"] = {"$in": list(map(place_of, keys))}
        found = self._reservations.find(
            wanted, {"_id": 1}, sort=[("expires_at", 1), ("_id", 1)], limit=limit, hint="due"
        )
        return [stored["_id"] for stored in await found.to_list(None)]

    async def next_expiry(self) -> Moment | None:
        wanted = {"is_open": True, "expires_at": {"$gt": 0}}
        found = self._reservations.find(wanted, {"expires_at": 1}, sort=[("expires_at", 1)], limit=1, hint="due")
        return next((Moment(stored["expires_at"]) for stored in await found.to_list(None)), None)

    async def waiting(self, key: LevelKey, *, limit: int, skip: int = 0) -> Sequence[WaitingReservation]:
        here = place_of(key)
        wanted: BsonDocument = {
            "waiting_at": {"$in": [here, anywhere(key.sku)]},
            "$or": [{"waiting_at": here}, {"accepts": None}, {"accepts": key.location}],
        }
        found = self._reservations.find(
            wanted,
            {"waiting_at": 1},
            sort=[("created_at", 1), ("_id", 1)],
            skip=skip,
            limit=limit,
            hint="waiting",
        )
        return [
            WaitingReservation(stored["_id"], tuple(homes_of(stored["waiting_at"], key.sku)))
            for stored in await found.to_list(None)
        ]

    async def waited_for_anywhere(self, skus: Sequence[str] | None = None) -> Sequence[str]:
        among: BsonDocument = ANYWHERE if skus is None else {"$in": list(map(anywhere, skus))}
        pipeline: list[BsonDocument] = [
            {"$match": {"waiting_at": among}},
            {"$unwind": "$waiting_at"},
            {"$match": {"waiting_at": among}},
            {"$group": {"_id": "$waiting_at"}},
        ]
        found = await aggregated(self._reservations, pipeline, hint="waiting")
        return sorted(stored["_id"][1:] for stored in found)

    async def waiting_longer(self, key: LevelKey, *, than: Moment, limit: int) -> Sequence[str]:
        wanted: BsonDocument = {"waiting_at": place_of(key), "needed_by": {"$gt": than}}
        found = self._reservations.find(wanted, {"_id": 1}, limit=limit, hint="waiting")
        return [stored["_id"] for stored in await found.to_list(None)]

    async def free(self, skus: Sequence[str]) -> Sequence[LevelKey]:
        wanted: BsonDocument = {"sku": {"$in": list(skus)}, **_HAS_FREE}
        found = self._levels.find(wanted, {"sku": 1, "location": 1}, sort=[("sku", 1), ("location", 1)], hint="by_sku")
        keys = [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]
        codes = await archived_codes(self._locations) if keys else ()
        return [key for key in keys if key.location not in codes]

    async def assignable(self, *, limit: int) -> Sequence[LevelKey]:
        wanted: BsonDocument = {"backordered": {"$gt": 0}, **_HAS_FREE}
        found = self._levels.find(
            wanted, {"sku": 1, "location": 1}, sort=[("sku", 1), ("location", 1)], limit=limit, hint="backordered"
        )
        return [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]


def place_of(key: LevelKey) -> str:
    """Return one text for a level. A location code has no slash, so the two parts stay apart."""
    return f"{key.location}/{key.sku}"


def anywhere(sku: str) -> str:
    """Return the text for an item at no location in particular: no code is empty, so it stands for no level."""
    return f"/{sku}"


def homes_of(places: Iterable[str], sku: str) -> Iterator[str]:
    """Yield the codes of the locations at which units of an item are waited for, of such texts."""
    for place in places:
        location, _, found = place.partition("/")
        if location and found == sku:
            yield location
