"""The secrets of webhooks in the database: none is readable without the keys, whoever wrote it and when."""

import asyncio
import binascii

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook as Verifier

from app.bootstrap import prepare
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import Webhook
from app.security.master_keys import MasterKeys
from app.security.sealed_secrets import SealedSecrets
from app.security.secret_key import new_secret_key
from app.services.webhooks.attempts import UNSIGNED
from app.store.driver.client import Database
from app.store.migrations.search_fields import PAGE
from app.store.migrations.webhook_secrets import seal_webhook_secrets
from app.store.readers.documents.documents import MongoDocuments
from tests.graphql.api import settings_of
from tests.live.webhook_workers import SEALING, a_dispatch, a_shop, everything_has_arrived
from tests.support.receiver import Receiver
from tests.support.scene import request_info
from tests.support.waiting import eventually
from tests.support.webhooks import secret

OLD, NEW, LOST = new_secret_key(), new_secret_key(), new_secret_key()


async def given(database: Database, identity: str, *values: str) -> None:
    """Store as much of a webhook as the start looks at."""
    secrets = [{"value": value, "made_by": "o", "made_at": 1, "until": None} for value in values]
    stored = {"version": 1, "created_at": 1, "changed_at": 1, "secrets": secrets}
    await database["webhooks"].insert_one({"_id": identity, **stored})


async def stored(database: Database) -> dict[str, list[str]]:
    """Return the secrets of each webhook as they are stored."""
    found = await database["webhooks"].find({"secrets": {"$ne": []}}).sort("_id").to_list(None)
    return {each["_id"]: [one["value"] for one in each["secrets"]] for each in found}


async def test_the_start_encrypts_what_an_earlier_version_or_a_former_key_left(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """In several processes at once; what needs a key that is not there stays, and the operator reads which."""
    old, lost, keys = MasterKeys.of_text(OLD), MasterKeys.of_text(LOST), MasterKeys.of_text(f"{NEW} {OLD}")
    await given(database, "clear", secret(1), secret(2))
    await given(database, "former", old.encrypt(secret(3)), secret(4))
    await given(database, "lost", sealed := lost.encrypt(secret(5)))
    await given(database, "deleted")
    for number in range(PAGE):
        await given(database, f"more {number:04}", old.encrypt(secret(6)))
    told: list[str] = []
    # when
    await asyncio.gather(
        *(seal_webhook_secrets(database, sealing=SealedSecrets(keys), report=told.append) for _ in range(3))
    )
    # then
    found = await stored(database)
    assert found.pop("lost") == [sealed]
    assert {keys.is_current(value) for values in found.values() for value in values} == {True}
    sealing = SealedSecrets(MasterKeys.of_text(NEW))
    opened = {name: [sealing.opened(value) for value in values] for name, values in found.items()}
    assert (opened["clear"], opened["former"]) == ([secret(1), secret(2)], [secret(3), secret(4)])
    assert {tuple(values) for name, values in opened.items() if name.startswith("more")} == {(secret(6),)}
    assert sum(lost.ids[0] in line and "nothing is sent to 1," in line for line in told) == 3
    # and the start of a server with these keys has nothing left to do
    settings = settings_of(mongo_url, redis_url, database.name)
    settings = settings.model_copy(update={"secret_keys": SecretStr(f"{NEW} {OLD}")})
    await prepare(settings, report=(again := []).append)
    assert [each for each in again if "Webhooks" in each] == [next(line for line in told if lost.ids[0] in line)]
    assert {**found, "lost": [sealed]} == await stored(database)


async def test_a_webhook_whose_key_is_lost_holds_up_no_other(shop: Database, redis_url: str) -> None:
    """Its messages wait, with the reason; a new secret needs no old key. No secret is stored in the clear."""
    async with Receiver() as receiver, Receiver() as unsigned, a_shop(shop, redis_url) as partners:
        webhook, broken = await partners.tell(receiver), await partners.tell(unsigned)
        assert [value for values in (await stored(shop)).values() for value in values if "whsec" in value] == []
        lost = MasterKeys.of_text(LOST).encrypt(secret(2))
        await shop["webhooks"].update_one({"_id": broken.id}, {"$set": {"secrets.0.value": lost}})
        async with a_dispatch(partners):
            await partners.receive(3)
            await everything_has_arrived(partners, receiver)
            await eventually(lambda: has_waited(shop, broken))
        Verifier(secret(1)).verify(receiver.taken[0].body, receiver.taken[0].headers)
        assert await partners.states(webhook) == []
        assert unsigned.requests == []
        # when
        rotated = await partners.webhooks.rotate_secret(broken.id, overlap_seconds=0, request=request_info())
        # then
        assert rotated.secret == secret(3)
        kept = (await MongoDocuments(shop).documents(Webhook, [broken.id]))[broken.id]
        assert [SEALING.opened(each.value) for each in kept.secrets] == [secret(3)]


async def has_waited(database: Database, webhook: Webhook) -> bool:
    """Return whether a message of a webhook waits because it could not be signed."""
    waiting = {"webhook_id": webhook.id, "state": DeliveryState.PENDING.value, "error": UNSIGNED.error}
    return await database["webhook_deliveries"].find_one(waiting) is not None


def test_a_build_from_before_sends_nothing_rather_than_something_wrongly_signed() -> None:
    """It takes what is encrypted for a secret, and the library that signs refuses its length."""
    keys = MasterKeys.of_text(NEW)
    for number in range(200):
        with pytest.raises(binascii.Error):
            Verifier(keys.encrypt(secret(number)))
