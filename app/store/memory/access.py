"""Keys, users, roles and trusted documents in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar

from msgspec import structs

from app.domain.access.api_key import ApiKey
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.scope import Scope
from app.domain.access.trusted_document import TrustedDocument
from app.domain.access.user import User
from app.domain.time import Moment
from app.services.access.filters import ApiKeyFilter, RoleFilter, TrustedDocumentFilter, UserFilter
from app.services.access.ports import AccessOperation, AccessTurn, KeyUse
from app.services.paging import Page, PageRequest
from app.store.memory.page import page_of

T = TypeVar("T")
R = TypeVar("R", ApiKey, User, Role)


class MemoryAccess:
    """AccessReader, AccessLister, AccessWriter and TrustedDocumentReader over plain dictionaries."""

    def __init__(self) -> None:
        self._kept = _Turn({}, {}, {}, {}, {})
        self._turn = asyncio.Lock()

    async def in_turn(self, change: Callable[[AccessTurn], Awaitable[T]]) -> T:
        async with self._turn:
            turn = self._kept.copy()
            result = await change(turn)
            self._kept = turn
            return result

    async def note_uses(self, uses: Sequence[KeyUse]) -> None:
        for use in uses:
            key = self._kept.kept_keys[use.name]
            old, new = use.rehashed or ("", "")
            self._kept.kept_keys[use.name] = structs.replace(
                key,
                last_used_at=max(use.at, key.last_used_at or use.at),
                secrets=tuple(structs.replace(each, hash=new) if each.hash == old else each for each in key.secrets),
            )

    async def note_rehash(self, name: str, *, old: str, new: str) -> None:
        user = self._kept.kept_users[name]
        if user.password_hash == old:
            self._kept.kept_users[name] = structs.replace(user, password_hash=new)

    async def keys(self, prefixes: Sequence[str]) -> Mapping[str, ApiKey]:
        return {key.prefix: key for key in self._kept.kept_keys.values() if key.prefix in prefixes}

    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        return _named(self._kept.kept_keys, names)

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        return _named(self._kept.kept_users, names)

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        return _named({**self._kept.kept_roles, **BUILT_IN_ROLES}, names)

    async def page_of_keys(self, where: ApiKeyFilter, *, page: PageRequest) -> Page[ApiKey]:
        return page_of(self._keys_where(where), page=page, order="NAME", position=lambda key: (key.name,))

    async def count_keys(self, where: ApiKeyFilter) -> int:
        return len(self._keys_where(where))

    async def page_of_users(self, where: UserFilter, *, page: PageRequest) -> Page[User]:
        return page_of(self._users_where(where), page=page, order="NAME", position=lambda user: (user.name,))

    async def count_users(self, where: UserFilter) -> int:
        return len(self._users_where(where))

    async def custom_roles(self, where: RoleFilter) -> Sequence[Role]:
        return [role for _, role in sorted(self._kept.kept_roles.items()) if where.is_active in (None, role.is_active)]

    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        return await self._kept.trusted_documents(hashes)

    async def page_of_trusted_documents(
        self, where: TrustedDocumentFilter, *, page: PageRequest
    ) -> Page[TrustedDocument]:
        documents = self._documents_where(where)
        return page_of(documents, page=page, order="HASH", position=lambda document: (document.hash,))

    async def count_trusted_documents(self, where: TrustedDocumentFilter) -> int:
        return len(self._documents_where(where))

    def _documents_where(self, where: TrustedDocumentFilter) -> list[TrustedDocument]:
        documents = self._kept.kept_documents.values()
        return [each for each in documents if where.registered_by in (None, each.registered_by)]

    def _keys_where(self, where: ApiKeyFilter) -> list[ApiKey]:
        return [
            key
            for key in self._kept.kept_keys.values()
            if where.is_active in (None, key.is_active(where.now)) and where.role in (None, *key.grant.roles)
        ]

    def _users_where(self, where: UserFilter) -> list[User]:
        return [
            user
            for user in self._kept.kept_users.values()
            if where.is_active in (None, user.is_active) and where.role in (None, *user.grant.roles)
        ]


class _Turn:
    """AccessTurn over dictionaries of its own."""

    def __init__(
        self,
        keys: dict[str, ApiKey],
        users: dict[str, User],
        roles: dict[str, Role],
        operations: dict[str, AccessOperation],
        documents: dict[str, TrustedDocument],
    ) -> None:
        self.kept_keys, self.kept_users, self.kept_roles, self.kept_operations = keys, users, roles, operations
        self.kept_documents = documents

    def copy(self) -> "_Turn":
        return _Turn(
            dict(self.kept_keys),
            dict(self.kept_users),
            dict(self.kept_roles),
            dict(self.kept_operations),
            dict(self.kept_documents),
        )

    async def operation(self, id: str) -> AccessOperation | None:
        return self.kept_operations.get(id)

    async def key(self, name: str) -> ApiKey | None:
        return self.kept_keys.get(name)

    async def user(self, name: str) -> User | None:
        return self.kept_users.get(name)

    async def roles(self) -> Mapping[str, Role]:
        return {**self.kept_roles, **BUILT_IN_ROLES}

    async def admins(self, roles: Collection[str], *, now: Moment, limit: int) -> Sequence[str]:
        found = [
            each.actor
            for each in self._holders()
            if (each.is_active(now) and not each.documents_only if isinstance(each, ApiKey) else each.is_active)
            and (Scope.ADMIN in each.grant.scopes or not each.grant.roles.isdisjoint(roles))
        ]
        return found[:limit]

    async def holders(self, role: str, *, is_limited: bool, limit: int) -> Sequence[ApiKey | User]:
        found = [
            each
            for each in self._holders()
            if role in each.grant.roles
            and (each.revoked_at is None if isinstance(each, ApiKey) else each.is_active)
            and (each.grant.visibility.is_limited or not is_limited)
        ]
        return found[:limit]

    def _holders(self) -> list[ApiKey | User]:
        return [*_sorted(self.kept_keys), *_sorted(self.kept_users)]

    async def put_key(self, key: ApiKey) -> None:
        self.kept_keys[key.name] = key

    async def put_user(self, user: User) -> None:
        self.kept_users[user.name] = user

    async def put_role(self, role: Role) -> None:
        self.kept_roles[role.name] = role

    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        return {each: self.kept_documents[each] for each in hashes if each in self.kept_documents}

    async def count_trusted_documents(self) -> int:
        return len(self.kept_documents)

    async def put_trusted_documents(self, documents: Sequence[TrustedDocument]) -> None:
        self.kept_documents |= {document.hash: document for document in documents}

    async def remove_trusted_documents(self, hashes: Sequence[str]) -> None:
        for each in hashes:
            del self.kept_documents[each]

    async def put_operation(self, operation: AccessOperation) -> None:
        self.kept_operations[operation.id] = operation


def _named(records: Mapping[str, R], names: Sequence[str]) -> Mapping[str, R]:
    return {name: records[name] for name in names if name in records}


def _sorted(records: Mapping[str, R]) -> list[R]:
    return [record for _, record in sorted(records.items())]
