"""Names of databases that MongoDB would not take are refused as settings."""

import pytest
from pydantic import ValidationError

from app.config import Settings


@pytest.mark.parametrize("name", ["shop", "shop-2", "Filiale_Süd", "a" * 63])
def test_a_name_that_mongodb_takes_is_taken(name: str) -> None:
    """Letters of any language count by their bytes."""
    assert Settings(mongo_database=name).mongo_database == name


@pytest.mark.parametrize("name", ["", "a" * 64, "ü" * 32, "my shop", "a.b", "a/b", "a\\b", 'a"b', "a$b", "a|b", "a\0b"])
def test_any_other_is_no_name(name: str) -> None:
    """MongoDB would say that it could not do what was asked, and not why."""
    with pytest.raises(ValidationError, match="is no name of a database: write 1 to 63 bytes"):
        Settings(mongo_database=name)


@pytest.mark.parametrize("name", ["admin", "config", "local"])
def test_what_the_server_keeps_for_itself_is_refused(name: str) -> None:
    """Its collections are not ours to write."""
    with pytest.raises(ValidationError, match="keeps for itself"):
        Settings(mongo_database=name)
