"""Encrypts the secrets of webhooks with the present key: those of an earlier version, and those of a former key.

Rule: secrets are overwritten only where they are still as they were read; a change that is made meanwhile stays, and is
read again.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from app.services.webhooks.ports import SecretResealing, UnreadableSecret
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names

PAGE: Final = 500  # webhooks


async def seal_webhook_secrets(database: Database, *, sealing: SecretResealing, report: Callable[[str], None]) -> None:
    """Encrypt what is not encrypted with the present key; an interrupted run is resumed, for what is done is found.

    Any number of processes may run it at once. What cannot be read stays as it is, and is reported with the key that it
    needs. Raises the driver's errors.
    """
    done, unreadable, after = 0, Counter[str](), ""
    while page := await _page(database, after=after):
        for webhook in page:
            try:
                done += await _overwrite(database, webhook, sealing)
            except UnreadableSecret as error:
                unreadable[str(error)] += 1
        after = page[-1]["_id"]
        if done and len(page) == PAGE:
            report(f"Webhooks: the secrets of {done:,} encrypted so far")
    if done:
        report(f"Webhooks: the secrets of {done:,} encrypted with the key {sealing.key_id}")
    for reason, count in sorted(unreadable.items()):
        report(
            f"Webhooks: nothing is sent to {count:,}, whose secret cannot be read. {reason} Add that key behind the "
            "present one, or rotate the secret of each (webhookRotateSecret, with an overlap of 0)."
        )


async def _page(database: Database, *, after: str) -> list[BsonDocument]:
    with_secrets = {"_id": {"$gt": after}, "secrets.value": {"$exists": True}}
    found = database[names.WEBHOOKS].find(with_secrets, {"secrets": True}, sort=[("_id", 1)], limit=PAGE)
    return await found.to_list(None)


async def _overwrite(database: Database, webhook: BsonDocument, sealing: SecretResealing) -> int:
    """Overwrite the old secrets of one webhook; return 1 if there were any. Raise UnreadableSecret."""
    found: BsonDocument | None = webhook
    while found is not None and found["secrets"] != (
        sealed := [_sealed(secret, sealing) for secret in found["secrets"]]
    ):
        as_read = {"_id": found["_id"], "secrets": found["secrets"]}
        if (await database[names.WEBHOOKS].update_one(as_read, {"$set": {"secrets": sealed}})).matched_count:
            return 1
        found = await database[names.WEBHOOKS].find_one({"_id": found["_id"]}, {"secrets": True})
    return 0


def _sealed(secret: dict[str, Any], sealing: SecretResealing) -> BsonDocument:
    """Return a secret, encrypted with the present key. Raise UnreadableSecret."""
    return {**secret, "value": sealing.resealed(secret["value"])}
