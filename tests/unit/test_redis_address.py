"""What STOCKPULSE_REDIS_URL may say, and what is said of it where it says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import without_secrets
from app.live.redis_address import FORMS, Node, RedisAddress, Topology, redis_name


def test_a_url_of_sentinels_names_them_the_master_and_the_database() -> None:
    """Hosts have Sentinel's port unless they say another; both may have users of their own, and share TLS."""
    address = RedisAddress.parse(
        "rediss+sentinel://shop:a%2Fb@one,two:5000,[::1]/main/2?sentinel_password=c&ssl_ca_certs=/ca.pem"
    )
    assert address.topology is Topology.SENTINEL
    assert address.nodes == (Node("one", 26379), Node("two", 5000), Node("::1", 26379))
    assert (address.master, address.is_encrypted) == ("main", True)
    assert address.options == {"username": "shop", "password": "a/b", "db": 2, "ssl_ca_certs": "/ca.pem"}
    assert address.sentinel_options == {"password": "c", "ssl_ca_certs": "/ca.pem"}


def test_a_url_of_a_cluster_names_nodes() -> None:
    """Some of them are enough: they name the others."""
    address = RedisAddress.parse("redis+cluster://shop:pass@one:7000,two/0?health_check_interval=5")
    assert (address.topology, address.is_encrypted) == (Topology.CLUSTER, False)
    assert address.nodes == (Node("one", 7000), Node("two", 6379))
    assert address.options == {"username": "shop", "password": "pass", "health_check_interval": 5}


@pytest.mark.parametrize("url", [*FORMS, "rediss://redis", "unix:///run/redis.sock", "redis://"])
def test_what_is_said_to_be_expected_is_taken(url: str) -> None:
    """The forms that the refusal names, and what was taken ever since."""
    assert RedisAddress.parse(url).topology in Topology


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://s3same@redis", "its scheme is another"),
        ("s3same", "its scheme is another"),
        ("redis://:s3same/pass@redis/0", "percent-encoded"),
        ("redis+cluster://user:s3same@", "no host"),
        ("redis+cluster://user:s3same@one:s3same", "port"),
        ("redis+cluster://one/3", "no numbered databases"),
        ("redis+cluster://one?db=3", "no numbered databases"),
        ("redis+sentinel://:s3same@one,two", "/name-of-the-master"),
        ("redis+sentinel://:s3same@one/main/s3same", "no number of a database"),
        ("redis+sentinel://:s3same@:5000/main", "has no name"),
    ],
)
def test_what_is_no_url_is_refused_with_a_reason_that_quotes_nothing(url: str, reason: str) -> None:
    """A piece of a password may stand anywhere in it."""
    with pytest.raises(ValueError, match=reason) as refused:
        RedisAddress.parse(url)
    assert "s3same" not in str(refused.value)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_shown_without_its_passwords(form: str) -> None:
    """Those of the Sentinels included."""
    shown = without_secrets(f"{form}?sentinel_password=s3same".replace("password@", "s3same@"))
    assert "s3same" not in shown
    assert shown.count("***") == 2


@given(st.text(min_size=1), st.text())
def test_all_names_of_an_installation_are_in_one_slot(namespace: str, what: str) -> None:
    """Whatever its name is: what stands between the first braces decides, and is the same for all and never empty."""
    tag, brace, _ = redis_name(namespace, what).partition("}")
    assert brace
    assert tag == redis_name(namespace, "").partition("}")[0]
    assert tag.count("{") == 1
    assert len(tag) > 1
