"""What fails with every request, such as while a database is away, does not fill the log."""

import pytest

from app.web.graphql.transport.failure_log import FailureLog


def test_some_failures_are_told_and_how_many_more_there_were(caplog: pytest.LogCaptureFixture) -> None:
    """With the request's id and the words that are not for clients; a while later it is told anew."""
    log = FailureLog(max_told=2, in_seconds=1_000)
    for number in range(5):
        log.tell(str(number), ValueError("away"), ["at 10.0.0.1"])
    log._began_at -= 1_000
    log.tell("5", ValueError("away"), ["at 10.0.0.1"])
    assert caplog.messages == [
        "Request 0: away | at 10.0.0.1",
        "Request 1: away | at 10.0.0.1",
        "3 more requests have failed like the last ones.",
        "Request 5: away | at 10.0.0.1",
    ]
