"""Prepares the database once, before any process serves."""

from collections.abc import Callable, Mapping

from app.bootstrap.demo_shop.seeding import fill
from app.bootstrap.first_keys import make_first_keys
from app.bootstrap.foundation import connected, master_keys_of
from app.config import Settings
from app.security.sealed_secrets import SealedSecrets
from app.store.collections import ensure_collections
from app.store.migrations.barcodes import unite_spellings
from app.store.migrations.changed_documents import name_changed_documents
from app.store.migrations.search_fields import refresh_search_fields
from app.store.migrations.supplier_words import index_suppliers
from app.store.migrations.wanting_levels import mark_wanting
from app.store.migrations.webhook_secrets import seal_webhook_secrets
from app.store.writer.abandoned_transactions import end_abandoned_transactions


async def prepare(settings: Settings, *, report: Callable[[str], None]) -> Mapping[str, str]:
    """Bring the database up to date, and fill an empty one with the demo shop if the settings ask for it.

    Return the API keys that were made for the demo, by name: they are shown once. No worker runs before the
    collections and indexes exist. Raise BootstrapKeyError.
    """
    async with connected(settings) as client:
        await end_abandoned_transactions(client)
        await ensure_collections(client[settings.mongo_database], report=report)
        await mark_wanting(client[settings.mongo_database])
        await name_changed_documents(client[settings.mongo_database], report=report)
        await index_suppliers(client[settings.mongo_database])
        await unite_spellings(client[settings.mongo_database], report=report)
        await refresh_search_fields(client[settings.mongo_database], report=report)
        sealing = SealedSecrets(master_keys_of(settings))
        await seal_webhook_secrets(client[settings.mongo_database], sealing=sealing, report=report)
    is_demo = settings.demo and await fill(settings, report=report)
    return await make_first_keys(settings, is_demo=is_demo, report=report)
