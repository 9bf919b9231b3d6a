"""What a server tells of its daily review in its log."""

import logging

import pytest

from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.services.replenishment.daily_review_worker import DailyReviewWorker
from tests.support.replenishment import OneProcess, given_policy, given_supplier, machinery
from tests.support.store import memory_store


async def test_a_review_is_told_when_it_begins_and_when_it_has_ended(caplog: pytest.LogCaptureFixture) -> None:
    """One line each, with what it came to; whoever looks again on that day tells nothing."""
    store = memory_store()
    await given_policy(
        store, on_hand=4, policy=Policy(method=ReplenishmentMethod.PERIODIC, target_level=20, review_days=1)
    )
    await given_supplier(store, "TEA-1")
    daily = DailyReviewWorker(review=machinery(store).review, lease=OneProcess(), clock=store.clock)
    # when
    with caplog.at_level(logging.INFO, logger="app"):
        await daily.look()
        await daily.look()
    # then
    begin, end = [record.getMessage() for record in caplog.records]
    assert begin == "The daily review begins."
    assert end.startswith("The daily review has ended after ")
    assert end.endswith("levels looked at: 1, changed: 0, orders written or added to: 1, transfers proposed: 0.")
