"""The keys that an installation begins with, made before it serves."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.bootstrap import BootstrapKeyError, open_application
from app.bootstrap.first_keys import make_first_keys
from app.config import Settings
from app.security.key_form import new_key_text, new_prefix
from app.services.request_info import RequestInfo
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.support.key_hasher import hasher_of_tests

FIRST, SECOND = (new_key_text(new_prefix()) for _ in range(2))


async def first_keys(settings: Settings, *, is_demo: bool = False) -> tuple[dict[str, str], list[str]]:
    """Return what a start makes, and what it reports."""
    said: list[str] = []
    made = await make_first_keys(settings, is_demo=is_demo, report=said.append)
    return dict(made), said


@pytest.fixture
def settings(database: Database, mongo_url: str, redis_url: str) -> Settings:
    """Return the settings of a server that requires keys."""
    return settings_of(mongo_url, redis_url, database.name, auth="required")


def with_key(settings: Settings, text: str) -> Settings:
    """Return them with an operator's key."""
    return settings.model_copy(update={"bootstrap_key": SecretStr(text)})


async def stored(database: Database, name: str) -> dict[str, Any]:
    """Return a key as it is kept."""
    found = await database["access_keys"].find_one({"_id": name})
    assert found is not None
    return found


async def test_the_demo_has_an_admin_and_a_reader_that_are_made_once(settings: Settings, database: Database) -> None:
    """Their text is returned by the start that makes them, and by no other."""
    made, said = await first_keys(settings, is_demo=True)
    assert (list(made), said) == (["demo-admin", "demo-viewer"], [])
    for name, role in {"demo-admin": "admin", "demo-viewer": "viewer"}.items():
        key = await stored(database, name)
        presented = hasher_of_tests().read(made[name])
        assert presented is not None
        assert (key["grant"]["roles"], key["created_by"]) == ([role], "stockpulse")
        assert [secret["hash"] for secret in key["secrets"]] == [hasher_of_tests().hash_of(presented)]
    assert await first_keys(settings, is_demo=True) == ({}, [])


async def test_a_server_without_an_admin_says_how_to_make_the_first_key(settings: Settings) -> None:
    """Unless it asks for no key anyway."""
    made, [said] = await first_keys(settings)
    assert made == {}
    assert "`stockpulse bootstrap-key`" in said
    assert await first_keys(settings.model_copy(update={"auth": "none"}), is_demo=True) == ({}, [])


async def test_the_operators_key_is_an_admin_until_it_is_revoked(settings: Settings, database: Database) -> None:
    """The same text at each start changes nothing; another one replaces it, and brings it back."""
    assert await first_keys(with_key(settings, FIRST), is_demo=True) != ({}, [])
    before = await stored(database, "bootstrap")
    assert (before["grant"]["roles"], before["prefix"]) == (["admin"], FIRST.split("_")[1])
    assert await first_keys(with_key(settings, FIRST)) == ({}, [])
    assert await stored(database, "bootstrap") == before
    assert await first_keys(settings) == ({}, [])
    assert await stored(database, "bootstrap") == before
    async with open_application(settings) as application:
        await application.services.api_keys.revoke("bootstrap", request=RequestInfo(actor="key:demo-admin"))
    _, [said] = await first_keys(with_key(settings, FIRST))
    assert "was revoked, and stays so" in said
    assert await first_keys(with_key(settings, SECOND)) == ({}, [])
    after = await stored(database, "bootstrap")
    assert (after["revoked_at"], after["prefix"], len(after["secrets"])) == (None, SECOND.split("_")[1], 1)


async def test_the_operators_key_cannot_begin_like_another(settings: Settings, database: Database) -> None:
    """The start ends with one sentence, and nothing is changed."""
    made, _ = await first_keys(settings, is_demo=True)
    with pytest.raises(BootstrapKeyError, match="begins like another API key"):
        await first_keys(with_key(settings, new_key_text(made["demo-viewer"].split("_")[1])))
    assert await database["access_keys"].count_documents({}) == 2


@pytest.mark.parametrize(
    "text",
    ["letmein", f"sp_abcdefgh_{'ab' * 22}", FIRST[:-5], f"{FIRST}!"],
    ids=["a word", "a pattern", "short", "a wrong sign"],
)
def test_a_weak_key_of_an_operator_is_refused(text: str) -> None:
    """By its form and by its characters; the message does not show it."""
    with pytest.raises(ValidationError, match="stockpulse bootstrap-key") as caught:
        Settings(bootstrap_key=SecretStr(text))
    assert text not in str(caught.value)
