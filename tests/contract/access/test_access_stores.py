"""Keys, users and roles, kept in memory and in MongoDB alike."""

import asyncio
from decimal import Decimal
from typing import Protocol

import pytest
from msgspec import structs

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.domain.access.visibility import Visibility
from app.domain.time import Moment
from app.services.access.filters import ApiKeyFilter, UserFilter
from app.services.access.ports import (
    AccessLister,
    AccessOperation,
    AccessReader,
    AccessTurn,
    AccessWriter,
    KeyUse,
)
from app.services.paging import PageRequest
from app.store.access.reader import MongoAccess
from app.store.access.writer import MongoAccessWriter
from app.store.driver.client import Database
from app.store.memory.access import MemoryAccess
from tests.support.database import empty

LONDON = Visibility(locations=frozenset({"LONDON"}), categories=frozenset({"Tea", "Coffee"}))
TILL = ApiKey(
    name="till-7",
    prefix="abcdefghij",
    secrets=(KeySecret(hash="new", made_at=Moment(5)), KeySecret(hash="old", made_at=Moment(1), until=Moment(9))),
    grant=Grant(
        roles=frozenset({"clerk"}),
        scopes=frozenset({Scope.STOCK_READ, Scope.INSIGHTS_READ}),
        visibility=LONDON,
        approval_limit=Decimal("250.50"),
    ),
    description="The till by the door",
    documents_only=True,
    expires_at=Moment(1_800_000_000_000_000),
    version=3,
    created_at=Moment(1),
    created_by="person:anna",
    changed_at=Moment(5),
    last_used_at=Moment(6),
)
ANNA = User(
    name="anna",
    display_name="Anna Bell",
    grant=Grant(roles=frozenset({"admin"})),
    password_hash="$argon2id$",
    sessions_since=Moment(2),
    created_at=Moment(2),
    created_by="key:bootstrap",
)
AUDITOR = Role(
    name="auditor", scopes=frozenset({Scope.STOCK_READ, Scope.ADMIN}), description="Looks.", created_at=Moment(3)
)


class Access(AccessReader, AccessLister, AccessWriter, Protocol):
    """Everything that a store of access does."""


class MongoBoth(MongoAccess, MongoAccessWriter):
    """The reader and the writer over one database."""

    def __init__(self, database: Database) -> None:
        MongoAccess.__init__(self, database)
        MongoAccessWriter.__init__(self, database.client, database)


@pytest.fixture
async def access(store_database: Database | None) -> Access:
    """Return an empty store of access, of each kind in turn."""
    if store_database is None:
        return MemoryAccess()
    await empty(store_database)
    return MongoBoth(store_database)


async def keep(access: Access, *records: ApiKey | User | Role) -> None:
    """Keep records as they are."""

    async def change(turn: AccessTurn) -> None:
        for record in records:
            match record:
                case ApiKey():
                    await turn.put_key(record)
                case User():
                    await turn.put_user(record)
                case Role():
                    await turn.put_role(record)

    await access.in_turn(change)


async def test_what_was_kept_is_read_as_it_was(access: Access) -> None:
    """Every field survives, and a name or prefix that nobody has finds nothing."""
    await keep(access, TILL, ANNA, AUDITOR)
    assert await access.keys([TILL.prefix, "zzzzzzzzzz"]) == {TILL.prefix: TILL}
    assert await access.keys_named(["till-7", "till-8"]) == {"till-7": TILL}
    assert await access.users(["anna", "bob"]) == {"anna": ANNA}
    assert await access.roles(["auditor", "viewer", "none"]) == {"auditor": AUDITOR, "viewer": BUILT_IN_ROLES["viewer"]}
    assert await access.keys([]) == {} == await access.users([]) == await access.roles([])


async def test_a_change_that_raises_keeps_nothing(access: Access) -> None:
    """What it had put before is as if it had never been."""

    async def change(turn: AccessTurn) -> None:
        await turn.put_key(TILL)
        await turn.put_operation(AccessOperation(id="1", fingerprint="f", subject="till-7", at=Moment(1)))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await access.in_turn(change)
    assert await access.keys_named(["till-7"]) == {}
    assert await access.in_turn(lambda turn: turn.operation("1")) is None


async def test_changes_at_once_happen_one_after_the_other(access: Access) -> None:
    """Each sees what those before it left: none is lost."""
    await keep(access, TILL)

    async def grow(turn: AccessTurn) -> None:
        key = await turn.key("till-7")
        assert key is not None
        await turn.put_key(structs.replace(key, version=key.version + 1))

    await asyncio.gather(*(access.in_turn(grow) for _ in range(6)))
    assert (await access.keys_named(["till-7"]))["till-7"].version == TILL.version + 6


async def test_admins_are_those_who_can_administer_now(access: Access) -> None:
    """Revoked, expired, disabled and bound ones are none; a role that includes `admin` makes one."""
    now = Moment(100)
    root = structs.replace(
        TILL,
        name="root",
        prefix="b" * 10,
        documents_only=False,
        expires_at=None,
        grant=Grant(scopes=frozenset({Scope.ADMIN})),
    )
    bound = structs.replace(root, name="bound", prefix="f" * 10, documents_only=True)
    gone = structs.replace(root, name="gone", prefix="c" * 10, revoked_at=Moment(9))
    late = structs.replace(root, name="late", prefix="d" * 10, expires_at=now)
    watch = structs.replace(root, name="watch", prefix="e" * 10, grant=Grant(roles=frozenset({"auditor"})))
    bob = structs.replace(ANNA, name="bob", disabled_at=Moment(9))
    await keep(access, TILL, root, bound, gone, late, watch, ANNA, bob)

    async def admins(*roles: str, limit: int = 10) -> list[str]:
        return list(await access.in_turn(lambda turn: turn.admins(roles, now=now, limit=limit)))

    assert await admins("admin", "auditor") == ["key:root", "key:watch", "person:anna"]
    assert await admins() == ["key:root"]
    assert await admins("admin", "auditor", limit=1) == ["key:root"]


async def test_holders_of_a_role_are_found(access: Access) -> None:
    """Keys that were revoked hold nothing; limited ones can be asked for."""
    far = structs.replace(TILL, name="till-8", prefix="b" * 10, grant=Grant(roles=frozenset({"clerk"})))
    gone = structs.replace(far, name="gone", prefix="c" * 10, revoked_at=Moment(9))
    await keep(access, TILL, far, gone, ANNA)

    async def holders(role: str, *, is_limited: bool) -> list[str]:
        found = await access.in_turn(lambda turn: turn.holders(role, is_limited=is_limited, limit=5))
        return [each.name for each in found]

    assert await holders("clerk", is_limited=False) == ["till-7", "till-8"]
    assert await holders("clerk", is_limited=True) == ["till-7"]
    assert await holders("admin", is_limited=False) == ["anna"]


async def test_lists_are_ordered_by_name_and_narrowed(access: Access) -> None:
    """By whether they are active, and by role, page by page."""
    now = Moment(100)
    names = ["a", "b", "c", "d"]
    keys = [structs.replace(TILL, name=name, prefix=name * 10, expires_at=None) for name in names]
    keys[1] = structs.replace(keys[1], revoked_at=Moment(7))
    keys[2] = structs.replace(keys[2], expires_at=now)
    await keep(access, *reversed(keys), ANNA, structs.replace(ANNA, name="bob", disabled_at=Moment(7)))

    async def found(where: ApiKeyFilter, **page: object) -> list[str]:
        listed = await access.page_of_keys(where, page=PageRequest(**page))
        return [key.name for key in listed.nodes]

    assert await found(ApiKeyFilter()) == names
    assert await found(ApiKeyFilter(is_active=True, now=now)) == ["a", "d"]
    assert await found(ApiKeyFilter(is_active=False, now=now)) == ["b", "c"]
    assert await found(ApiKeyFilter(role="clerk"), first=2, after=("a",)) == ["b", "c"]
    assert await found(ApiKeyFilter(role="viewer")) == []
    assert await access.count_keys(ApiKeyFilter(is_active=True, now=now)) == 2
    active = await access.page_of_users(UserFilter(is_active=True), page=PageRequest())
    assert [user.name for user in active.nodes] == ["anna"]
    assert await access.count_users(UserFilter(is_active=False)) == 1


async def test_a_use_is_noted_beside_every_change(access: Access) -> None:
    """The later use counts, a secret's hash is replaced where it is the old one, and nothing else changes."""
    await keep(access, TILL)
    await access.note_uses([KeyUse("till-7", Moment(50), ("old", "fresh")), KeyUse("till-7", Moment(40), ("no", "x"))])
    new, old = TILL.secrets
    assert await access.keys_named(["till-7"]) == {
        "till-7": structs.replace(TILL, last_used_at=Moment(50), secrets=(new, structs.replace(old, hash="fresh")))
    }


async def test_a_password_is_hashed_anew_only_while_it_is_the_same(access: Access) -> None:
    """One that was set meanwhile stays."""
    await keep(access, ANNA)
    await access.note_rehash("anna", old="other", new="no")
    assert await access.users(["anna"]) == {"anna": ANNA}
    await access.note_rehash("anna", old=ANNA.password_hash or "", new="fresh")
    assert (await access.users(["anna"]))["anna"].password_hash == "fresh"
