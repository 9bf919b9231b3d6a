"""The authentication of one process."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from app.bootstrap.foundation import Foundation
from app.security.key_hash import KeyHash
from app.services.access.authentication import Authenticator
from app.services.access.bearer_keys import KeyVerifier
from app.store.access.reader import MongoAccess
from app.store.access.writer import MongoAccessWriter


@asynccontextmanager
async def open_authenticator(base: Foundation) -> AsyncIterator[Authenticator]:
    """Verify credentials by the database, and hear of their changes."""
    keys = KeyVerifier(
        reader=MongoAccess(base.database),
        writer=MongoAccessWriter(base.client, base.database),
        hasher=KeyHash(base.master_keys),
        clock=base.clock,
    )
    async with aclosing(keys), Authenticator(keys=keys, clock=base.clock) as authenticator:
        base.access_channel.listen(authenticator.changed)
        yield authenticator
