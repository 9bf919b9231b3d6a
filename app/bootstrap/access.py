"""Connects keys, users and roles: how they are stored, administered and recognised."""

from dataclasses import dataclass
from typing import Self

from app.security.key_hash import KeyHash
from app.security.master_keys import MasterKeys
from app.security.passwords import Argon2Passwords
from app.services.access.administration.administration import Administration
from app.services.access.administration.first_keys import FirstKeys
from app.services.access.administration.grants import Grants
from app.services.access.administration.keys import ApiKeys
from app.services.access.administration.roles import Roles
from app.services.access.administration.users import Users
from app.services.access.ports import AccessChanges
from app.services.ports import CatalogReader, Clock
from app.store.access.reader import MongoAccess
from app.store.access.writer import MongoAccessWriter
from app.store.driver.client import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What authenticates principals, and the use cases that administer them."""

    reader: MongoAccess
    writer: MongoAccessWriter
    hasher: KeyHash
    passwords: Argon2Passwords
    api_keys: ApiKeys
    administration: Administration
    users: Users
    roles: Roles
    first_keys: FirstKeys

    @classmethod
    def over(
        cls,
        database: Database,
        *,
        master_keys: MasterKeys,
        changes: AccessChanges,
        clock: Clock,
        catalog: CatalogReader,
    ) -> Self:
        """Return the parts of one process."""
        reader, writer = MongoAccess(database), MongoAccessWriter(database.client, database)
        hasher, passwords, grants = KeyHash(master_keys), Argon2Passwords(), Grants(catalog)
        administration = Administration(writer=writer, changes=changes, clock=clock)
        api_keys = ApiKeys(administration=administration, access=reader, grants=grants, hasher=hasher, clock=clock)
        return cls(
            reader=reader,
            writer=writer,
            hasher=hasher,
            passwords=passwords,
            api_keys=api_keys,
            administration=administration,
            users=Users(administration=administration, access=reader, grants=grants, passwords=passwords),
            roles=Roles(administration=administration, access=reader),
            first_keys=FirstKeys(
                administration=administration, keys=api_keys, access=reader, hasher=hasher, clock=clock
            ),
        )
