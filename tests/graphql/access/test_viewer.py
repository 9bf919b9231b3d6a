"""What the viewer says of the installation."""

import pytest
from pydantic import ValidationError

from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of

CURRENCY = "{ viewer { currency } }"


async def test_the_currency_of_amounts_is_that_of_the_installation(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """As the operator has set it."""
    async with opened(settings_of(mongo_url, redis_url, database.name, currency="EUR")) as api:
        assert await api.run(CURRENCY) == {"currency": "EUR"}


async def test_without_a_setting_it_is_unknown(api: Api) -> None:
    """Clients show plain numbers."""
    assert await api.run(CURRENCY) == {"currency": None}


def test_a_currency_is_a_code_of_iso_4217() -> None:
    """Not a sign, and not a name."""
    with pytest.raises(ValidationError):
        settings_of("mongodb://127.0.0.1", "redis://127.0.0.1", "any", currency="€")
