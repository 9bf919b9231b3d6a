"""Whether the database is up is what a short question to it says, not what is counted in it."""

from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from app.bootstrap.observation.database_ping import DatabasePing
from app.store.database.format import FORMAT
from app.store.mapping.names import MIGRATION_VERSION
from app.telemetry.metrics import Metrics


class OneDocument:
    """A database that has its format alone, or fails."""

    def __init__(self, found: dict[str, Any] | Exception | None) -> None:
        self._found = found

    def __getitem__(self, _: str) -> "OneDocument":
        return self

    async def find_one(self, *_: object, **__: object) -> dict[str, Any] | None:
        """Return it."""
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


@pytest.mark.parametrize(
    ("found", "is_up", "is_well"),
    [
        ({MIGRATION_VERSION: FORMAT}, 1, True),
        ({MIGRATION_VERSION: FORMAT + 1}, 1, False),
        (AutoReconnect("refused"), 0, False),
        (TimeoutError(), 0, False),
    ],
    ids=["there", "newer", "away", "silent"],
)
async def test_a_database_that_answers_is_up(found: Any, is_up: int, is_well: bool) -> None:  # noqa: ANN401
    """Also one that this release may not use."""
    metrics = Metrics()
    ping = DatabasePing(OneDocument(found), metrics)  # type: ignore[arg-type]
    await ping.refresh()
    assert metrics.registry.get_sample_value("stockpulse_mongo_up") == is_up
    assert (await ping.problem() is None) == is_well
