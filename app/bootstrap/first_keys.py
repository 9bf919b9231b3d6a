"""The first keys of an installation, made before any process serves."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from app.bootstrap.access import Access
from app.bootstrap.foundation import connected, master_keys_of
from app.config import Settings
from app.domain.errors import Refused
from app.live.access_channel import AccessChannel
from app.services.access.administration.first_keys import BOOTSTRAP, FirstKeys
from app.store.database.clock import DatabaseClock
from app.store.readers.catalog.catalog import MongoCatalog


class BootstrapKeyError(Exception):
    """The operator's key cannot be kept; the message is one sentence for the operator."""


async def make_first_keys(settings: Settings, *, is_demo: bool, report: Callable[[str], None]) -> Mapping[str, str]:
    """Keep the operator's key, and make those of the demo; return the keys to be shown, by name.

    Raise BootstrapKeyError. Where no client could administer, report how to make the first key.
    """
    needs_keys = settings.auth == "required"
    if settings.bootstrap_key is None and not needs_keys:
        return {}
    async with _opened(settings) as access:
        if settings.bootstrap_key is not None:
            text = settings.bootstrap_key.get_secret_value()
            await _keep_bootstrap_key(text, access=access, report=report)
        made = await access.first_keys.make_demo_keys() if is_demo and needs_keys else {}
        if needs_keys and not await access.first_keys.has_admin():
            report(
                "No API key and no user may administer this server yet. To make the first key, set "
                "STOCKPULSE_BOOTSTRAP_KEY to what `stockpulse bootstrap-key` prints, and start again"
            )
        return made


async def renew_player_key(settings: Settings) -> str | None:
    """Return a key for the demo to play with, with a secret of this start; None where that key was revoked."""
    async with _opened(settings) as access:
        return await access.first_keys.renew_player_key()


async def _keep_bootstrap_key(text: str, *, access: Access, report: Callable[[str], None]) -> None:
    first: FirstKeys = access.first_keys
    try:
        key = await first.keep_bootstrap_key(text)
    except Refused as refused:
        raise BootstrapKeyError(
            f"STOCKPULSE_BOOTSTRAP_KEY begins like another API key: make a new one. {refused}"
        ) from refused
    if not key.is_active(access.api_keys.now()):
        report(
            f"The API key {BOOTSTRAP} was revoked, and stays so: set STOCKPULSE_BOOTSTRAP_KEY to a new one, or unset it"
        )


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Access]:
    assert settings.redis_url is not None, "serve has set the URL"
    namespace = settings.mongo_database
    async with (
        connected(settings) as client,
        DatabaseClock(client) as clock,
        AccessChannel(settings.redis_url.get_secret_value(), namespace=namespace) as changes,
    ):
        database = client[namespace]
        yield Access.over(
            database,
            master_keys=master_keys_of(settings),
            changes=changes,
            clock=clock,
            catalog=MongoCatalog(database),
        )
