"""Sessions of browsers as documents, each under the digest of its token.

Rule: what is over is deleted by a TTL index some time later, and nothing relies on that.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from pymongo import ASCENDING, IndexModel

from app.domain.access.session import Session
from app.domain.time import Moment, datetime_of
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.single_reply import documents_by_ids

_DELETE_AT: Final = "delete_at"

RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["kind", "name", "mark", "used_at", "ends_at", _DELETE_AT]}
}
INDEXES = (IndexModel([(_DELETE_AT, ASCENDING)], name="over", expireAfterSeconds=0),)


class MongoSessions:
    """SessionStore over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._sessions = database[names.ACCESS_SESSIONS]

    @raises_unavailable
    async def put(self, session: Session) -> None:
        document: BsonDocument = msgspec.to_builtins(session)
        document["_id"] = document.pop("id")
        document[_DELETE_AT] = datetime_of(session.ends_at)
        await self._sessions.insert_one(document)

    @raises_unavailable
    async def sessions(self, ids: Sequence[str]) -> Mapping[str, Session]:
        found = await documents_by_ids(self._sessions, ids)
        return {each["_id"]: _session(each) for each in found}

    @raises_unavailable
    async def note_uses(self, ids: Sequence[str], at: Moment) -> None:
        await self._sessions.update_many({"_id": {"$in": list(ids)}}, {"$max": {"used_at": at}})

    @raises_unavailable
    async def remove(self, id: str) -> Session | None:
        found = await self._sessions.find_one_and_delete({"_id": id})
        return None if found is None else _session(found)


def _session(stored: BsonDocument) -> Session:
    return msgspec.convert({**stored, "id": stored["_id"]}, Session)
