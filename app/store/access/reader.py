"""Reads keys, users, roles and trusted documents."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from app.domain.access.api_key import ApiKey
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.trusted_document import TrustedDocument
from app.domain.access.user import User
from app.services.access.filters import ApiKeyFilter, RoleFilter, TrustedDocumentFilter, UserFilter
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.access.documents import (
    key_query,
    record_of,
    role_query,
    trusted_document_of,
    trusted_document_query,
    user_query,
)
from app.store.driver.client import BsonDocument, Collection, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.single_reply import documents_by_ids, find_in_one

R = TypeVar("R", ApiKey, User, Role)
_BY_NAME = [("_id", 1)]


class MongoAccess:
    """AccessReader, AccessLister and TrustedDocumentReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._keys = database[names.ACCESS_KEYS]
        self._users = database[names.ACCESS_USERS]
        self._roles = database[names.ACCESS_ROLES]
        self._documents = database[names.ACCESS_DOCUMENTS]

    @raises_unavailable
    async def keys(self, prefixes: Sequence[str]) -> Mapping[str, ApiKey]:
        if not prefixes:
            return {}
        found = await find_in_one(self._keys, {"prefix": {"$in": list(prefixes)}}, None, limit=len(prefixes))
        return {key.prefix: key for key in (record_of(ApiKey, stored) for stored in found)}

    @raises_unavailable
    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        return await _named(self._keys, ApiKey, names)

    @raises_unavailable
    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        return await _named(self._users, User, names)

    @raises_unavailable
    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        built_in = {name: BUILT_IN_ROLES[name] for name in names if name in BUILT_IN_ROLES}
        return {**await _named(self._roles, Role, [name for name in names if name not in built_in]), **built_in}

    @raises_unavailable
    async def page_of_keys(self, where: ApiKeyFilter, *, page: PageRequest) -> Page[ApiKey]:
        return await _page(self._keys, key_query(where), page, lambda stored: record_of(ApiKey, stored))

    @raises_unavailable
    async def count_keys(self, where: ApiKeyFilter) -> int:
        return await count(self._keys, key_query(where))

    @raises_unavailable
    async def page_of_users(self, where: UserFilter, *, page: PageRequest) -> Page[User]:
        return await _page(self._users, user_query(where), page, lambda stored: record_of(User, stored))

    @raises_unavailable
    async def count_users(self, where: UserFilter) -> int:
        return await count(self._users, user_query(where))

    @raises_unavailable
    async def custom_roles(self, where: RoleFilter) -> Sequence[Role]:
        found = await self._roles.find(role_query(where), sort=_BY_NAME).to_list(None)
        return [record_of(Role, stored) for stored in found]

    @raises_unavailable
    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        found = await documents_by_ids(self._documents, list(hashes)) if hashes else ()
        return {document.hash: document for document in map(trusted_document_of, found)}

    @raises_unavailable
    async def page_of_trusted_documents(
        self, where: TrustedDocumentFilter, *, page: PageRequest
    ) -> Page[TrustedDocument]:
        return await read_page(
            self._documents,
            trusted_document_query(where),
            sort=_BY_NAME,
            page=page,
            order="HASH",
            position=_position,
            build=trusted_document_of,
            is_quick=True,
        )

    @raises_unavailable
    async def count_trusted_documents(self, where: TrustedDocumentFilter) -> int:
        return await count(self._documents, trusted_document_query(where))


async def _named(collection: Collection, kind: type[R], wanted: Sequence[str]) -> Mapping[str, R]:
    if not wanted:
        return {}
    found = await documents_by_ids(collection, wanted)
    return {record.name: record for record in (record_of(kind, stored) for stored in found)}


async def _page(
    collection: Collection, query: BsonDocument, page: PageRequest, build: Callable[[BsonDocument], Any]
) -> Page[Any]:
    return await read_page(
        collection, query, sort=_BY_NAME, page=page, order="NAME", position=_position, build=build, is_quick=True
    )


def _position(stored: BsonDocument) -> KeysetPosition:
    return (stored["_id"],)
