"""What the tests of queries may ask for besides."""

import pytest

from tests.support.explain import Reads


@pytest.fixture(scope="module")
def reads() -> Reads:
    """Return what listens to the readers."""
    return Reads()
