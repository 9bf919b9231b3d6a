"""Keys and roles as the administration leaves them in the database, made directly."""

from dataclasses import dataclass

from msgspec import structs

from app.bootstrap.foundation import connected, master_keys_of
from app.config import Settings
from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.domain.time import Moment
from app.security.key_hash import KeyHash
from app.store.access.writer import MongoAccessWriter

ADMIN = Grant(scopes=frozenset({Scope.ADMIN}))


@dataclass(frozen=True, kw_only=True)
class Made:
    """A key that was made, and its text."""

    key: ApiKey
    text: str

    @property
    def header(self) -> str:
        """The header `Authorization` that presents it."""
        return f"Bearer {self.text}"


class Administration:
    """Writes keys, users and roles without telling any process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hash = KeyHash(master_keys_of(settings))

    async def key(self, name: str, grant: Grant = ADMIN, *, expires_at: Moment | None = None) -> Made:
        """Make a key."""
        new = self._hash.new_key()
        secret = KeySecret(hash=self._hash.hash_of(new), made_at=Moment(1))
        key = ApiKey(name=name, prefix=new.prefix, secrets=(secret,), grant=grant, expires_at=expires_at)
        await self.keep(key)
        return Made(key=key, text=new.text)

    async def revoke(self, made: Made) -> None:
        """Revoke a key."""
        await self.keep(structs.replace(made.key, revoked_at=Moment(2)))

    async def keep(self, record: ApiKey | User | Role) -> None:
        """Keep a record as it is."""
        async with connected(self._settings) as client:
            writer = MongoAccessWriter(client, client[self._settings.mongo_database])
            await writer.in_turn(
                lambda turn: (
                    turn.put_key(record)
                    if isinstance(record, ApiKey)
                    else turn.put_user(record)
                    if isinstance(record, User)
                    else turn.put_role(record)
                )
            )
