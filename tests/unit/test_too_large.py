"""Which failures say that a transaction is too large for the server."""

import pytest
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError

from app.store.writer.transient_errors import is_too_large, is_transient


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BulkWriteError({"writeErrors": [{"index": 182, "code": 388, "errmsg": "cache"}]}), True),
        (OperationFailure("cache", code=388), True),
        (BulkWriteError({"writeErrors": [{"index": 0, "code": 11000, "errmsg": "taken"}]}), False),
        (OperationFailure("else", code=1), False),
        (RuntimeError("ours"), False),
    ],
)
def test_what_does_not_fit_the_servers_memory_is_known(error: Exception, expected: bool) -> None:
    """It is told to its caller, as sending it again in one piece would end the same way."""
    assert is_too_large(error) is expected
    if expected:
        assert isinstance(error, PyMongoError)
        assert not is_transient(error)
