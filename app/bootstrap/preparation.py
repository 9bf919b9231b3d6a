"""Prepares the database once, before any process serves."""

from collections.abc import Callable, Mapping

from app.bootstrap.demo_shop.seeding import fill
from app.bootstrap.first_keys import make_first_keys
from app.bootstrap.foundation import connected, entropy, master_keys_of
from app.config import Settings
from app.security.sealed_secrets import SealedSecrets
from app.store.collections import ensure_collections
from app.store.migrations.migrator import Migrator
from app.store.migrations.webhook_secrets import seal_webhook_secrets
from app.store.unfinished import check_finished
from app.store.writer.abandoned_transactions import end_abandoned_transactions


async def prepare(settings: Settings, *, report: Callable[[str], None]) -> Mapping[str, str]:
    """Bring the database up to date, and fill an empty one with the demo shop if the settings ask for it.

    Return the API keys that were made for the demo, by name: they are shown once. No worker runs before the
    collections and indexes exist. Raise BootstrapKeyError, MigrationFailed, NewerFormatError.
    """
    async with connected(settings) as client:
        await end_abandoned_transactions(client)
        database = client[settings.mongo_database]
        await check_finished(database)
        await ensure_collections(database, report=report)
        await Migrator(database, holder=f"{entropy():x}", report=report).run()
        sealing = SealedSecrets(master_keys_of(settings))
        await seal_webhook_secrets(database, sealing=sealing, report=report)
    is_demo = settings.demo and await fill(settings, report=report)
    return await make_first_keys(settings, is_demo=is_demo, report=report)
