"""The listeners of commits, and one among them that fails."""

import pytest

from app.bootstrap.foundation import open_foundation
from app.domain.stock.level import LevelKey
from app.services.committed_batch import CommittedBatch
from app.store.driver.client import Database
from app.telemetry.metrics import Metrics
from tests.graphql.api import settings_of
from tests.support.scene import an_adjustment, given_catalog
from tests.support.store import mongo_store

TEA = LevelKey("TEA-1", "MAIN")


async def test_a_listener_that_fails_harms_neither_the_others_nor_the_writer(
    database: Database, mongo_url: str, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Each commit is acknowledged once and told to all the others, whether they come before or after."""
    await given_catalog(mongo_store(database), TEA)
    heard: list[tuple[str, int]] = []

    def fail(_: CommittedBatch) -> None:
        raise TypeError("not subscriptable")

    settings = settings_of(mongo_url, redis_url, database.name)
    async with open_foundation(settings, metrics=Metrics()) as base:
        base.commits.listeners = [
            lambda batch: heard.append(("first", len(batch.movements))),
            fail,
            *base.commits.listeners,
            lambda batch: heard.append(("last", len(batch.movements))),
        ]
        for number in range(2):
            outcome = await base.writer.run(an_adjustment(TEA, 1, idempotency_key=f"k{number}"))
            assert (outcome.replayed, outcome.movements[0].after.on_hand) == (False, number + 1)
    assert heard == [("first", 1), ("last", 1)] * 2
    logged = [record for record in caplog.get_records("call") if record.exc_info]
    assert [record.name for record in logged] == ["app.bootstrap.commit_broadcast"] * 2
    caplog.clear()
