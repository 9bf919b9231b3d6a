"""By what a browser is known again to the sign-in."""

import pytest

from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.security.master_keys import MasterKeys
from app.services.access.sign_in.known_browsers import KNOWN_BROWSER_SECONDS, KnownBrowsers
from tests.support.clock import START

OLD, NEW = (MasterKeys((bytes([n]) * 32,)) for n in (1, 2))


def known(keys: MasterKeys = OLD, *, now: Moment = START) -> KnownBrowsers:
    """Return what knows browsers at a moment."""
    return KnownBrowsers(macs=keys, clock=lambda: now)


def test_a_browser_is_known_for_one_name_until_its_token_ends() -> None:
    """Each token is of a browser of its own, and the secret key may be replaced meanwhile."""
    token, another = (known().new_token("anna") for _ in range(2))
    found = known().id(token, "anna")
    assert found
    assert found != known().id(another, "anna")
    assert known(MasterKeys((b"2" * 32, bytes([1]) * 32))).id(token, "anna") == found
    assert known().id(token, "berta") is None
    assert known(NEW).id(token, "anna") is None
    end = START + KNOWN_BROWSER_SECONDS * MICROSECONDS_PER_SECOND
    assert known(now=Moment(end - 1)).id(token, "anna") == found
    assert known(now=Moment(end)).id(token, "anna") is None


@pytest.mark.parametrize(
    "form", ["", "..", "0{0}.{1}.{2}", "{0}.{1}9.{2}", "{0}.{1}.1.{2}", "{0}.{1}.{2}0", "{0}.{1}."]
)
def test_a_token_that_was_not_made_here_is_none(form: str) -> None:
    """Its end is signed, and the name begins after it."""
    parts = known().new_token("1.anna").split(".")
    for name in ("anna", "1.anna"):
        assert known().id(form.format(*parts), name) is None
    assert known().id(None, "anna") is None
