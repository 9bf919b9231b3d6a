"""Changes keys, users and roles: one transaction for each change, one after the other in all processes.

Rule: every change writes the same document first. So two that run at once conflict, one of them runs again on what the
other left, and a rule over all records, such as that an admin remains, holds whatever they are.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError, PyMongoError

from app.domain.access.api_key import ApiKey
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.trusted_document import TrustedDocument
from app.domain.access.user import User
from app.domain.failures import Unavailable
from app.domain.time import Moment
from app.services.access.ports import AccessOperation, AccessTurn, KeyUse
from app.store.access.documents import (
    document_of,
    operation_document,
    operation_of,
    record_of,
    trusted_document,
    trusted_document_of,
)
from app.store.driver.client import BsonDocument, Client, Database, Session, transaction
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names

ATTEMPTS = 40  # while other changes go first
RETRY_SECONDS = 0.01  # several times what a change takes
_THE_TURN = "access"

T = TypeVar("T")


class MongoAccessWriter:
    """AccessWriter over MongoDB."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client, self._database = client, database

    @raises_unavailable
    async def in_turn(self, change: Callable[[AccessTurn], Awaitable[T]]) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return await self._attempt(change)
            except DuplicateKeyError:
                pass  # another process has taken the very first turn
            except PyMongoError as error:
                if error.timeout or not error.has_error_label("TransientTransactionError"):
                    raise
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5 + attempt / 4))  # noqa: S311 - jitter
        raise Unavailable("others change keys, users and roles at the same time")

    async def _attempt(self, change: Callable[[AccessTurn], Awaitable[T]]) -> T:
        async with transaction(self._client) as session:
            turns = self._database[names.ACCESS_TURNS]
            await turns.update_one({"_id": _THE_TURN}, {"$inc": {"taken": 1}}, upsert=True, session=session)
            result = await change(_Turn(self._database, session))
            await session.commit_transaction()
            return result

    @raises_unavailable
    async def note_uses(self, uses: Sequence[KeyUse]) -> None:
        updates = [UpdateOne({"_id": use.name}, {"$max": {"last_used_at": use.at}}) for use in uses]
        updates += [
            UpdateOne({"_id": use.name, "secrets.hash": use.rehashed[0]}, {"$set": {"secrets.$.hash": use.rehashed[1]}})
            for use in uses
            if use.rehashed is not None
        ]
        if updates:
            await self._database[names.ACCESS_KEYS].bulk_write(updates, ordered=False)

    @raises_unavailable
    async def note_rehash(self, name: str, *, old: str, new: str) -> None:
        where = {"_id": name, "password_hash": old}
        await self._database[names.ACCESS_USERS].update_one(where, {"$set": {"password_hash": new}})


class _Turn:
    """AccessTurn within one transaction."""

    def __init__(self, database: Database, session: Session) -> None:
        self._database, self._session = database, session

    async def operation(self, id: str) -> AccessOperation | None:
        found = await self._find(names.ACCESS_OPERATIONS, id)
        return None if found is None else operation_of(found)

    async def key(self, name: str) -> ApiKey | None:
        found = await self._find(names.ACCESS_KEYS, name)
        return None if found is None else record_of(ApiKey, found)

    async def user(self, name: str) -> User | None:
        found = await self._find(names.ACCESS_USERS, name)
        return None if found is None else record_of(User, found)

    async def roles(self) -> Mapping[str, Role]:
        found = await self._all(names.ACCESS_ROLES, {}, limit=0)
        return {**{stored["_id"]: record_of(Role, stored) for stored in found}, **BUILT_IN_ROLES}

    async def admins(self, roles: Collection[str], *, now: Moment, limit: int) -> Sequence[str]:
        is_admin = {"$or": [{"is_admin": True}, {"grant.roles": {"$in": list(roles)}}]}
        lasting = {"$or": [{"expires_at": None}, {"expires_at": {"$gt": now}}]}
        keys = await self._all(
            names.ACCESS_KEYS, {"$and": [is_admin, lasting, {"revoked_at": None, "documents_only": False}]}, limit=limit
        )
        users = await self._all(names.ACCESS_USERS, {**is_admin, "disabled_at": None}, limit=limit)
        found = [
            *(record_of(ApiKey, stored).actor for stored in keys),
            *(record_of(User, stored).actor for stored in users),
        ]
        return found[:limit]

    async def holders(self, role: str, *, is_limited: bool, limit: int) -> Sequence[ApiKey | User]:
        where: BsonDocument = {"grant.roles": role, **({"is_limited": True} if is_limited else {})}
        keys = await self._all(names.ACCESS_KEYS, {**where, "revoked_at": None}, limit=limit)
        users = await self._all(names.ACCESS_USERS, {**where, "disabled_at": None}, limit=limit)
        found: list[ApiKey | User] = [
            *(record_of(ApiKey, stored) for stored in keys),
            *(record_of(User, stored) for stored in users),
        ]
        return found[:limit]

    async def put_key(self, key: ApiKey) -> None:
        await self._put(names.ACCESS_KEYS, document_of(key))

    async def put_user(self, user: User) -> None:
        await self._put(names.ACCESS_USERS, document_of(user))

    async def put_role(self, role: Role) -> None:
        await self._put(names.ACCESS_ROLES, document_of(role))

    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        found = await self._all(names.ACCESS_DOCUMENTS, {"_id": {"$in": list(hashes)}}, limit=0)
        return {document.hash: document for document in map(trusted_document_of, found)}

    async def count_trusted_documents(self) -> int:
        return await self._database[names.ACCESS_DOCUMENTS].count_documents({}, session=self._session)

    async def put_trusted_documents(self, documents: Sequence[TrustedDocument]) -> None:
        if documents:
            stored = list(map(trusted_document, documents))
            await self._database[names.ACCESS_DOCUMENTS].insert_many(stored, session=self._session)

    async def remove_trusted_documents(self, hashes: Sequence[str]) -> None:
        where = {"_id": {"$in": list(hashes)}}
        await self._database[names.ACCESS_DOCUMENTS].delete_many(where, session=self._session)

    async def put_operation(self, operation: AccessOperation) -> None:
        await self._put(names.ACCESS_OPERATIONS, operation_document(operation))

    async def _find(self, collection: str, id: str) -> BsonDocument | None:
        return await self._database[collection].find_one({"_id": id}, session=self._session)

    async def _all(self, collection: str, where: BsonDocument, *, limit: int) -> list[BsonDocument]:
        cursor: Any = self._database[collection].find(where, sort=[("_id", 1)], limit=limit, session=self._session)
        documents: list[BsonDocument] = await cursor.to_list(None)
        return documents

    async def _put(self, collection: str, document: BsonDocument) -> None:
        where = {"_id": document["_id"]}
        await self._database[collection].replace_one(where, document, upsert=True, session=self._session)
