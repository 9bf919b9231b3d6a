"""The currency that amounts are in.

Rule: what the operator has set holds; otherwise only the prices of the demo shop are known to be of one.
"""

from typing import Final

from app.bootstrap.demo_shop.base_shop import ACTOR, FIRST_KEY
from app.config import Settings
from app.domain.idempotency import operation_id_of_key
from app.store.readers.ledger.ledger import MongoLedger

DEMO_CURRENCY: Final = "GBP"  # a shop in London


async def currency_of(settings: Settings, *, ledger: MongoLedger) -> str | None:
    """Return the code of ISO 4217 of all amounts; None where it is not known. Raises Unavailable."""
    if settings.currency is not None or not settings.demo:
        return settings.currency
    is_demo_shop = await ledger.operations([operation_id_of_key(actor=ACTOR, key=FIRST_KEY)])
    return DEMO_CURRENCY if is_demo_shop else None
