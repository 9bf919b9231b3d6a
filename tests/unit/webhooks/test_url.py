"""Which URLs a webhook may have, and which addresses are reached over the public internet."""

import pytest

from app.domain.webhooks.url import is_public, url_errors

PUBLIC = [
    "https://partner.example/hooks",
    "https://partner.example",
    "https://partner.example?token=a%20b&c=[d]",
    "HTTPS://Partner.Example:8443/a/b;c=1/~d!$'()*+,@",
    "https://8.8.8.8/hook",
    "https://[2606:4700::1111]/hook",
    "https://xn--bcher-kva.example/",
    "https://10.example/",
    "https://0x.example/",
    "https://a_b.example",
]
PRIVATE = [
    "https://127.0.0.1/",
    "https://10.1.2.3",
    "https://192.168.0.1:8080/x",
    "https://172.16.0.1",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://224.0.0.1",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://localhost/",
    "https://a.localhost/",
    "https://printer.local/",
    "https://db.internal/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://127.1/",
    "https://0177.0.0.1/",
    "https://256.256.256.256/",
]
NONE = [
    "",
    "partner.example",
    "//partner.example",
    "ftp://partner.example",
    "https:partner.example",
    "https:///path",
    "https://user@partner.example",
    "https://user:password@partner.example",
    "https://partner.example#part",
    "https://partner.example/a b",
    "https://partner.example/\n",
    "https://partner.example\\@10.0.0.1/",
    "https://bücher.example",
    "https://partner.example:0",
    "https://partner.example:65536",
    "https://partner.example:99999",
    "https://partner.example:port",
    "https://[::1",
    "https://[nonsense:::1]/",
    "https://-partner.example",
    "https://partner.example.",
    "https://partner.example/" + "x" * 2_000,
    " https://partner.example",
    "file:///etc/passwd",
]


def faults(url: str, *, allow_private: bool = False) -> list[str]:
    """Return what is wrong with a URL."""
    return [error.message for error in url_errors(url, allow_private=allow_private)]


@pytest.mark.parametrize("url", PUBLIC)
def test_a_url_of_the_public_internet_may_be_sent_to(url: str) -> None:
    """With or without path, query and port."""
    assert faults(url) == []


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_host_is_refused_however_it_is_written(url: str) -> None:
    """Numbers that programs read as addresses, too; only an installation that allows it may send there."""
    assert faults(url) == ["The host of the URL must not be of a private network."]
    assert faults(url, allow_private=True) == []


def test_what_is_sent_is_encrypted() -> None:
    """Unless private networks are allowed, where a receiver may have no certificate."""
    assert faults("http://partner.example/") == ["The URL must begin with https://."]
    assert len(faults("http://10.0.0.1/")) == 2
    assert faults("http://partner.example/", allow_private=True) == []


@pytest.mark.parametrize("url", NONE)
@pytest.mark.parametrize("allow_private", [False, True])
def test_what_is_no_url_of_a_receiver_is_refused(url: str, *, allow_private: bool) -> None:
    """Two programs might read it in two ways."""
    assert faults(url, allow_private=allow_private) == [
        "The URL must be an absolute URL of at most 2000 ASCII characters, without user, password and fragment."
    ]


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "203.0.114.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "2002:808:808::1"],
)
def test_public_addresses_are_public(address: str) -> None:
    """Those of both versions, and those of the one within the other."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:a00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "2002:a00:1::1",
        "2002:7f00:1::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "localhost",
        "",
    ],
)
def test_no_other_address_is(address: str) -> None:
    """Private ones, those of one link or machine, groups, documentation, and what translates or tunnels to them."""
    assert not is_public(address)
