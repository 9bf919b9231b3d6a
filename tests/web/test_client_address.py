"""The client's address and scheme: what a proxy of ours says, and nothing that a client could have written."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.config import Settings
from app.domain.access.address import address_group
from app.web.edge.client_address import TrustedProxies, client_address, is_secure

OURS = ("10.0.0.0/24", "192.0.2.7", "2001:db8:ffff::/48")


def scope(peer: str | None, *headers: tuple[str, str], reads: Any = "x-forwarded", scheme: str = "http") -> Any:  # noqa: ANN401 - as ASGI
    """Return the scope of a request from a peer, at a server that trusts OURS."""
    return {
        "type": "http",
        "scheme": scheme,
        "client": None if peer is None else (peer, 4_711),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "state": {"trusted_proxies": TrustedProxies(Settings(trusted_proxies=OURS).trusted_proxies, headers=reads)},
    }


def said(*values: str) -> list[tuple[str, str]]:
    """Return values of X-Forwarded-For."""
    return [("x-forwarded-for", value) for value in values]


@pytest.mark.parametrize(
    ("peer", "values", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # no proxy of ours: anybody can write that
        ("10.0.1.1", ["198.51.100.1"], "10.0.1.1"),  # beside the network
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.5", ["127.0.0.1, 198.51.100.1"], "198.51.100.1"),  # the left one is the client's invention
        ("10.0.0.5", ["127.0.0.1", "198.51.100.1"], "198.51.100.1"),  # in a header of its own as well
        ("10.0.0.5", ["198.51.100.1, 192.0.2.7,10.0.0.9"], "198.51.100.1"),  # two more proxies of ours
        ("10.0.0.5", ["10.0.0.8"], "10.0.0.8"),  # the client is one of our proxies
        ("10.0.0.5", ["198.51.100.1, nonsense"], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.1, unknown, 192.0.2.7"], "192.0.2.7"),
        ("10.0.0.5", [""], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.1:50000"], "198.51.100.1"),
        ("10.0.0.5", ["[2001:db8::7]:50000"], "2001:db8::7"),
        ("10.0.0.5", ["2001:DB8:0::7"], "2001:db8::7"),
        ("10.0.0.5", ["\xff\x00"], "10.0.0.5"),
        ("10.0.0.5", ["1.2.3.4.5"], "10.0.0.5"),
        ("10.0.0.5", ["1" * 30_000], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.1" + ", 10.0.0.9" * 2_000], "10.0.0.9"),  # as many as we look at
        ("::ffff:10.0.0.5", ["::ffff:198.51.100.1"], "198.51.100.1"),  # a socket for both families
        ("2001:db8:ffff::1", ["198.51.100.1"], "198.51.100.1"),
        ("fe80::1%eth0", ["198.51.100.1"], "fe80::1"),
        (None, ["198.51.100.1"], "unknown"),
        ("testclient", ["198.51.100.1"], "testclient"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_no_proxy_of_ours(
    peer: str | None, values: list[str], client: str
) -> None:
    """Whatever a client writes into the header, its own address is the one that counts."""
    assert client_address(scope(peer, *said(*values))) == client


@pytest.mark.parametrize(
    ("values", "client", "secure"),
    [
        (["for=198.51.100.1;proto=https"], "198.51.100.1", True),
        (['For="[2001:db8::7]:4711"; Proto=HTTPS; by=203.0.113.1'], "2001:db8::7", True),
        (["for=127.0.0.1;proto=https, for=198.51.100.1;proto=http"], "198.51.100.1", False),
        (["for=198.51.100.1;proto=https", "for=10.0.0.9;proto=http"], "198.51.100.1", True),
        (['for="127.0.0.1', "for=198.51.100.1;proto=https"], "198.51.100.1", True),  # an open quote hides nothing
        (["for=198.51.100.1, for=unknown;proto=https"], "10.0.0.5", True),
        (["for=198.51.100.1,,"], "10.0.0.5", False),
        (["198.51.100.1"], "10.0.0.5", False),
        (["a=;" * 10_000 + "for=198.51.100.1;proto=https"], "10.0.0.5", False),
        ([], "10.0.0.5", False),
    ],
)
def test_forwarded_is_read_where_the_proxies_write_it(values: list[str], client: str, *, secure: bool) -> None:
    """The client's element says both, and X-Forwarded-For, which the proxy passed on, says nothing."""
    headers = [("forwarded", value) for value in values]
    headers += [*said("203.0.113.66"), ("x-forwarded-proto", "https")]
    asked = scope("10.0.0.5", *headers, reads="forwarded")
    assert (client_address(asked), is_secure(asked)) == (client, secure)
    assert client_address(scope("203.0.113.9", *headers, reads="forwarded")) == "203.0.113.9"


def test_the_scheme_is_the_connections_or_what_a_proxy_of_ours_says() -> None:
    """A cookie must not become Secure, or lose it, because a client wrote a header."""
    https, http = ("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")
    assert is_secure(scope("203.0.113.9", scheme="wss"))
    assert is_secure(scope("203.0.113.9", http, scheme="https"))
    assert is_secure(scope("10.0.0.5", https))
    assert is_secure(scope("10.0.0.5", ("x-forwarded-proto", "http, https")))
    assert not is_secure(scope("203.0.113.9", https))
    assert not is_secure(scope("10.0.0.5", https, http))
    assert not is_secure(scope("10.0.0.5"))
    assert not is_secure(scope("10.0.0.5", ("forwarded", "for=1.2.3.4;proto=https")))
    assert not is_secure({"type": "http", "scheme": "http", "client": ("10.0.0.5", 1), "headers": [(b"a", b"b")]})


def test_limits_count_ipv6_by_its_network() -> None:
    """One household has 2^64 addresses."""
    assert address_group("2001:db8:1:2:3:4:5:6") == address_group("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert address_group("2001:db8:1:3::") == "2001:db8:1:3::/64"
    assert address_group("198.51.100.1") == "198.51.100.1"
    assert address_group("unknown") == "unknown"


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "0.0.0.0/0", "::/0", "*"])
def test_proxies_are_addresses_and_networks_but_not_everybody(text: str) -> None:
    """A slip must not let every client name its own address."""
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=text)  # type: ignore[arg-type] # as in the environment
