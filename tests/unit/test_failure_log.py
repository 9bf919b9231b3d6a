"""Failures that come with every request, such as while a database is away, do not fill the log."""

import pytest

from app.web.graphql.transport.failure_log import FailureLog


def test_some_failures_are_logged_and_the_others_counted(caplog: pytest.LogCaptureFixture) -> None:
    """With the request's id and the notes that are not for clients; after a while they are logged anew."""
    log = FailureLog(max_logged=2, in_seconds=1_000)
    for number in range(5):
        log.log(str(number), ValueError("away"), ["at 10.0.0.1"])
    log._burst._began_at -= 1_000
    log.log("5", ValueError("away"), ["at 10.0.0.1"])
    assert caplog.messages == [
        "Request 0: away | at 10.0.0.1",
        "Request 1: away | at 10.0.0.1",
        "3 more requests have failed like the last ones.",
        "Request 5: away | at 10.0.0.1",
    ]
