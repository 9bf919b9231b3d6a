"""The ports of access: stored keys, users and roles, their changes, and how secrets are hashed."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from msgspec import Struct

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.role import Role
from app.domain.access.trusted_document import TrustedDocument
from app.domain.access.user import User
from app.domain.time import Moment
from app.services.access.filters import ApiKeyFilter, RoleFilter, TrustedDocumentFilter, UserFilter
from app.services.paging import Page, PageRequest

T = TypeVar("T")

OnAccessChanged = Callable[[frozenset[str] | None], None]


class AccessReader(Protocol):
    """Reads keys, users and roles in batches: what authentication needs. All methods raise Unavailable.

    Whatever was ever made is found, active or not: the caller asks `is_active`.
    """

    async def keys(self, prefixes: Sequence[str]) -> Mapping[str, ApiKey]:
        """Return the keys that exist, by prefix."""

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        """Return the users that exist, by name."""

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        """Return the roles that exist, by name, those built in among them."""


class AccessLister(Protocol):
    """Reads keys, users and roles for display. All methods raise Unavailable. Positions are (name,)."""

    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        """Return the keys that exist, by name."""

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        """Return the users that exist, by name."""

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        """Return the roles that exist, by name, those built in among them."""

    async def page_of_keys(self, where: ApiKeyFilter, *, page: PageRequest) -> Page[ApiKey]:
        """Return a page of keys, by name."""

    async def count_keys(self, where: ApiKeyFilter) -> int:
        """Return how many keys match."""

    async def page_of_users(self, where: UserFilter, *, page: PageRequest) -> Page[User]:
        """Return a page of users, by name."""

    async def count_users(self, where: UserFilter) -> int:
        """Return how many users match."""

    async def custom_roles(self, where: RoleFilter) -> Sequence[Role]:
        """Return the roles that are not built in, by name; MAX_ROLES at most that are not deleted."""


class TrustedDocumentReader(Protocol):
    """Reads trusted documents. All methods raise Unavailable. Positions are (hash,)."""

    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        """Return the documents that are registered, by hash."""

    async def page_of_trusted_documents(
        self, where: TrustedDocumentFilter, *, page: PageRequest
    ) -> Page[TrustedDocument]:
        """Return a page of documents, by hash."""

    async def count_trusted_documents(self, where: TrustedDocumentFilter) -> int:
        """Return how many documents match."""


class AccessOperation(Struct, frozen=True, kw_only=True):
    """A change of the administration that carried an idempotency key: its input's digest, and whom it changed."""

    id: str
    fingerprint: str
    subject: str
    at: Moment


class AccessTurn(Protocol):
    """Reads and writes of one change. No other change happens between them."""

    async def operation(self, id: str) -> AccessOperation | None:
        """Return a change that was made before, by its id."""

    async def key(self, name: str) -> ApiKey | None:
        """Return a key."""

    async def user(self, name: str) -> User | None:
        """Return a user."""

    async def roles(self) -> Mapping[str, Role]:
        """Return all roles by name, those built in and those deleted among them."""

    async def admins(self, roles: Collection[str], *, now: Moment, limit: int) -> Sequence[str]:
        """Return active keys and users, as actors, that have the scope `admin` or one of these roles.

        A key that runs registered documents only is none of them: no document may let it administer.
        """

    async def holders(self, role: str, *, is_limited: bool, limit: int) -> Sequence[ApiKey | User]:
        """Return keys and users that have a role and are not revoked or disabled, perhaps only those that are limited.

        Limited is who may not see every location and category.
        """

    async def put_key(self, key: ApiKey) -> None:
        """Keep a key as it is now."""

    async def put_user(self, user: User) -> None:
        """Keep a user as they are now."""

    async def put_role(self, role: Role) -> None:
        """Keep a role as it is now."""

    async def trusted_documents(self, hashes: Sequence[str]) -> Mapping[str, TrustedDocument]:
        """Return the documents that are registered, by hash."""

    async def count_trusted_documents(self) -> int:
        """Return how many documents are registered."""

    async def put_trusted_documents(self, documents: Sequence[TrustedDocument]) -> None:
        """Keep documents that are new."""

    async def remove_trusted_documents(self, hashes: Sequence[str]) -> None:
        """Remove documents."""

    async def put_operation(self, operation: AccessOperation) -> None:
        """Keep what is known of the change itself."""


class AccessWriter(Protocol):
    """Changes keys, users and roles, one change at a time in all processes."""

    async def in_turn(self, change: Callable[[AccessTurn], Awaitable[T]]) -> T:
        """Run a change, and keep all that it put, or nothing where it raises.

        It may run several times, so it has no other effects. Raises Unavailable, and then the outcome is unknown.
        """

    async def note_uses(self, uses: Sequence["KeyUse"]) -> None:
        """Keep when keys were last used, and their secrets' new hashes. Raises Unavailable."""

    async def note_rehash(self, name: str, *, old: str, new: str) -> None:
        """Replace a user's password hash with one of the same password, if it has not changed. Raises Unavailable."""


class AccessChanges(Protocol):
    """Tells every process what has changed, at once where Redis works. The database stays the truth.

    Names are actors (`key:till-7`, `person:anna`), and `role:` with its name.
    """

    def listen(self, on_changed: OnAccessChanged) -> None:
        """Call this with the names of what changed; with None where anything may have. It must not block."""

    async def announce(self, names: Collection[str]) -> None:
        """Tell this process now, and the others as soon as Redis has the message. Never fails."""


class KeyUse(NamedTuple):
    """The last use of a key: its name, when, and the hash of a secret to be replaced, with the new one."""

    name: str
    at: Moment
    rehashed: tuple[str, str] | None = None


class PresentedKey(NamedTuple):
    """A key as a request carries it: its prefix, and the whole of it."""

    prefix: str
    text: str

    def __repr__(self) -> str:
        return f"PresentedKey({self.prefix})"


class MatchedSecret(NamedTuple):
    """The secret that a presented key has; `fresh_hash` where its hash was made with a former master key."""

    secret: KeySecret
    fresh_hash: str | None


class Macs(Protocol):
    """The authentication codes of a text, by each master key."""

    def mac(self, purpose: str, data: str | bytes) -> str:
        """Return the code by the current key."""

    def macs(self, purpose: str, data: str | bytes) -> Sequence[str]:
        """Return the codes by all keys, the current one first."""


class KeyHasher(Protocol):
    """Makes keys, and recognises them. A key is `sp_`, its prefix and its secret, joined by underscores."""

    def new_key(self) -> PresentedKey:
        """Return a new random key."""

    def with_new_secret(self, prefix: str) -> PresentedKey:
        """Return a key with this prefix and a new random secret."""

    def read(self, text: str) -> PresentedKey | None:
        """Return a text as a key; None where it has not the form of one."""

    def hash_of(self, presented: PresentedKey) -> str:
        """Return the keyed hash to be stored."""

    def match(self, presented: PresentedKey, key: ApiKey | None, *, now: Moment) -> MatchedSecret | None:
        """Return the active secret that the presented key has, in a time that does not tell what is wrong with it."""


class Passwords(Protocol):
    """Hashes passwords, off the event loop, and few at once."""

    async def hash(self, password: str) -> str:
        """Return the hash of a password."""

    async def verify(self, password: str, hashed: str | None, *, is_known: bool = False) -> bool:
        """Tell whether it is the password, in the same time for None: a user that does not exist, or has none.

        For who is known there is room where strangers have taken all of theirs.
        """

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether a hash should be made anew, as passwords are hashed in another way by now."""
