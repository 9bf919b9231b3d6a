"""One browser for all tests of a process; each test has a profile, and so a session, of its own."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.support.chromium import EXECUTABLE, MISSING, launched


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Return a running browser; skip the test where there is none."""
    if EXECUTABLE is None:
        pytest.skip(MISSING)
    async with launched() as browser:
        yield browser
