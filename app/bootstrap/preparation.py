"""Prepares the database once, before any process serves."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from app.bootstrap.demo_shop.seeding import fill
from app.bootstrap.first_keys import make_first_keys
from app.bootstrap.foundation import connected, entropy, master_keys_of
from app.config import Settings
from app.security.sealed_secrets import SealedSecrets
from app.store.database.process_registry import ProcessRegistry
from app.store.database.unfinished import check_finished
from app.store.database.upgrade import Upgrade, UpgradePlan
from app.store.driver.client import Database
from app.store.driver.failures import driver_failures
from app.store.migrations.webhook_secrets import seal_webhook_secrets
from app.store.writer.abandoned_transactions import end_abandoned_transactions


async def prepare(settings: Settings, *, report: Callable[[str], None]) -> Mapping[str, str]:
    """Bring the database up to date, and fill an empty one with the demo shop if the settings ask for it.

    Return the API keys that were made for the demo, by name: they are shown once. No worker runs before the
    collections and indexes exist. Raise BootstrapKeyError, MigrationFailed, NewerFormatError, NotMigrated,
    ReleaseTooFar and Unfinished.
    """
    async with _upgrade(settings, report=report) as (database, upgrade):
        match settings.migrate:
            case "auto":
                await upgrade.run()
            case "wait":
                await upgrade.wait()
            case "check":
                await upgrade.check()
        sealing = SealedSecrets(master_keys_of(settings))
        await seal_webhook_secrets(database, sealing=sealing, report=report)
    is_demo = settings.demo and await fill(settings, report=report)
    return await make_first_keys(settings, is_demo=is_demo, report=report)


async def migrate(settings: Settings, *, report: Callable[[str], None]) -> None:
    """Bring the database up to date, whatever the settings say. Raise what `prepare` does, and Unavailable."""
    with driver_failures():
        async with _upgrade(settings, report=report) as (_, upgrade):
            await upgrade.run()


async def plan_upgrade(settings: Settings) -> UpgradePlan:
    """Return what `migrate` would do; nothing is changed. Raises Unavailable, of which Unfinished is one."""
    with driver_failures():
        async with connected(settings) as client:
            database = client[settings.mongo_database]
            await check_finished(database)
            return await Upgrade(database, holder=f"{entropy():x}", report=lambda _: None).plan()


@asynccontextmanager
async def _upgrade(settings: Settings, *, report: Callable[[str], None]) -> AsyncIterator[tuple[Database, Upgrade]]:
    """Connect, enter this process in the registry unless it must not use the database, and yield both."""
    async with connected(settings) as client:
        await end_abandoned_transactions(client)
        database, identity = client[settings.mongo_database], f"{entropy():x}"
        await check_finished(database)
        upgrade = Upgrade(database, holder=identity, report=report)
        await upgrade.is_ours()
        async with ProcessRegistry(database, identity=identity):
            yield database, upgrade
