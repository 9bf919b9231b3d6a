"""The first keys of an installation, made before any process serves."""

from collections.abc import Callable, Mapping

from app.bootstrap.application import Application
from app.config import Settings
from app.domain.errors import Refused
from app.services.access.first_keys import BOOTSTRAP


class BootstrapKeyError(Exception):
    """The operator's key cannot be kept; the message is one sentence for the operator."""


async def make_first_keys(
    application: Application, settings: Settings, *, is_demo: bool, report: Callable[[str], None]
) -> Mapping[str, str]:
    """Keep the operator's key, and make those of the demo; return the keys to be shown, by name.

    Raise BootstrapKeyError. Where no client could administer, report how to make the first key.
    """
    first, now = application.access.first_keys, application.access.api_keys.now()
    if settings.bootstrap_key is not None:
        try:
            key = await first.keep_bootstrap_key(settings.bootstrap_key.get_secret_value())
        except Refused as refused:
            raise BootstrapKeyError(
                f"STOCKPULSE_BOOTSTRAP_KEY begins like another API key: make a new one. {refused}"
            ) from refused
        if not key.is_active(now):
            report(
                f"The API key {BOOTSTRAP} was revoked, and stays so: "
                "set STOCKPULSE_BOOTSTRAP_KEY to a new one, or unset it"
            )
    made = await first.make_demo_keys() if is_demo else {}
    if settings.auth == "required" and not await application.access.has_admin():
        report(
            "No API key and no user may administer this server yet. To make the first key, set "
            "STOCKPULSE_BOOTSTRAP_KEY to what `stockpulse bootstrap-key` prints, and start again"
        )
    return made
