"""Whether the demo shop is played by itself, and with which key."""

from dataclasses import dataclass, field

from app.bootstrap.demo_shop.base_shop import ACTOR
from app.bootstrap.demo_shop.seeding import LAST_KEY
from app.bootstrap.first_keys import renew_player_key
from app.bootstrap.foundation import connected
from app.bootstrap.readers import Readers
from app.config import Settings
from app.domain.idempotency import operation_id_of_key


@dataclass(frozen=True, slots=True)
class DemoPlayer:
    """Who plays; without a key where the server asks for none."""

    key: str | None = field(default=None, repr=False)


async def demo_player(settings: Settings) -> DemoPlayer | None:
    """Return who plays, if the settings want it and the database holds a demo shop with a past.

    None where the key of the demo was revoked, too. Raises Unavailable.
    """
    if not (settings.demo and settings.demo_live and await _has_past(settings)):
        return None
    if settings.auth == "none":
        return DemoPlayer()
    key = await renew_player_key(settings)
    return None if key is None else DemoPlayer(key)


async def _has_past(settings: Settings) -> bool:
    async with connected(settings) as client:
        ledger = Readers.over(client[settings.mongo_database]).ledger
        return bool(await ledger.operations([operation_id_of_key(actor=ACTOR, key=LAST_KEY)]))
