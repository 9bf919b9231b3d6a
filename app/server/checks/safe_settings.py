"""What production refuses: settings that would let in who does not belong, each with what to do about it.

Rule: all of them are named at once, and none of them with its secret.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

from pydantic import SecretStr

from app.config import PREFIX, Settings
from app.security.key_form import MIN_DIFFERENT
from app.server.authority import ANY, parse_authority
from app.server.checks.preflight import PreflightError
from app.server.reporting import Report

_OFF = frozenset({"false", "0", "no"})
_WAY_OUT = (
    f", or set {PREFIX}DATABASE_NETWORK_TRUSTED=true if a network of their own connects the databases with this server."
)
_LAX_MONGO = ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")


class UnsafeSetting(NamedTuple):
    """The name of a setting, and a sentence that says what is wrong and what to do."""

    name: str
    advice: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.name.upper()}: {self.advice}"


def check_safety(settings: Settings, report: Report) -> None:
    """Raise PreflightError if the settings are not safe for production; elsewhere warn where others reach us."""
    unsafe = unsafe_settings(settings)
    if settings.env == "production" and unsafe:
        raise PreflightError(
            "\n  ".join([f"{PREFIX}ENV is production, and these settings are not safe there:", *map(str, unsafe)])
        )
    if settings.env == "development" and not is_loopback(settings.host):
        report(
            f"For development only: {settings.host} may be reached from elsewhere. Set {PREFIX}ENV=production, and the "
            "start names what is not safe."
        )


def unsafe_settings(settings: Settings) -> tuple[UnsafeSetting, ...]:
    """Return everything that is not safe where others reach the server."""
    found = [UnsafeSetting(name, advice) for name, (is_unsafe, advice) in _RULES.items() if is_unsafe(settings)]
    if not settings.database_network_trusted:
        found += [UnsafeSetting("mongo_url", advice) for advice in _of_mongo(_url_of(settings.mongo_url))]
        found += [UnsafeSetting("redis_url", advice) for advice in _of_redis(_url_of(settings.redis_url))]
    return tuple(found)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host."""
    authority = parse_authority(f"[{host}]" if ":" in host and not host.startswith("[") else host)
    return authority is not None and authority.is_loopback


def _is_plain(settings: Settings) -> bool:
    return not is_loopback(settings.host) and not settings.trusted_proxies


def _is_guessable(secret: SecretStr) -> bool:
    return len(set(secret.get_secret_value())) < MIN_DIFFERENT


_RULES: dict[str, tuple[Callable[[Settings], bool], str]] = {
    "auth": (
        lambda settings: settings.auth == "none",
        "every client would have all rights; set it to required.",
    ),
    "demo": (lambda settings: settings.demo, "a demo shop would be mixed with real goods; set it to false."),
    "secret_keys": (
        lambda settings: settings.secret_keys is None,
        "a key beside the data protects nothing; make one by `stockpulse secret-key`, and keep it elsewhere.",
    ),
    "oidc_secret": (
        lambda settings: settings.oidc_secret is not None and _is_guessable(settings.oidc_secret),
        "it is not random, and tokens of anyone's making would be accepted; use what `openssl rand -base64 32` prints.",
    ),
    "metrics_token": (
        lambda settings: settings.metrics_token is not None and _is_guessable(settings.metrics_token),
        "it is not random, and anyone could read the metrics; use what `openssl rand -base64 32` prints.",
    ),
    "allowed_hosts": (
        lambda settings: not settings.allowed_hosts or ANY in settings.allowed_hosts,
        "list the names that clients call this server by, such as stock.example.",
    ),
    "allowed_origins": (
        lambda settings: ANY in settings.allowed_origins,
        "every page could use the API from a browser; list the origins of your own pages.",
    ),
    "trusted_proxies": (
        _is_plain,
        "keys and passwords would arrive unencrypted; list the proxy that speaks HTTPS, or listen on 127.0.0.1.",
    ),
    "webhook_allow_private": (
        lambda settings: settings.webhook_allow_private,
        "a client that may create a webhook would reach your private network; set it to false.",
    ),
    "log_level": (
        lambda settings: settings.log_level == "debug",
        "the drivers log whole statements then; set it to info or warning.",
    ),
}


class _Url(NamedTuple):
    """The parts of a database's URL that say how safe it is. Names of options are in lower case."""

    scheme: str
    has_password: bool
    is_local: bool
    options: dict[str, str]


def _url_of(secret: SecretStr | None) -> _Url | None:
    """Return the parts of a URL, which may name several hosts; None where there is none."""
    if secret is None:
        return None
    scheme, _, rest = secret.get_secret_value().partition("://")
    place, _, query = rest.partition("?")
    user, _, hosts = place.partition("/")[0].rpartition("@")
    is_file = scheme == "unix" or hosts.lower().endswith(".sock")
    options = {name.lower(): value.lower() for name, value in parse_qsl(query)}
    return _Url(
        scheme, bool(user.partition(":")[2]), is_file or all(map(is_loopback, map(_host, hosts.split(",")))), options
    )


def _host(address: str) -> str:
    return address.rpartition("]")[0].lstrip("[") if address.startswith("[") else address.partition(":")[0]


def _of_mongo(url: _Url | None) -> Iterator[str]:
    if url is None or url.is_local:
        return
    encrypted = url.options.get("tls", url.options.get("ssl", "true" if url.scheme == "mongodb+srv" else "false"))
    if encrypted in _OFF:
        yield f"what is read and written crosses the network unencrypted; add tls=true to it{_WAY_OUT}"
    if lax := [name for name in _LAX_MONGO if url.options.get(name, "false") not in _OFF]:
        yield f"{lax[0]} accepts any server; name your authority by tlsCAFile instead{_WAY_OUT}"
    if not url.has_password and "authmechanism" not in url.options:
        yield f"the database asks for no password; make a user, and put user:password@ into it{_WAY_OUT}"


def _of_redis(url: _Url | None) -> Iterator[str]:
    if url is None or url.is_local:
        return
    if not url.scheme.startswith("rediss"):
        yield f"events cross the network unencrypted; use {url.scheme.replace('redis', 'rediss', 1)}://{_WAY_OUT}"
    elif url.options.get("ssl_cert_reqs") in {"none", "optional"} or url.options.get("ssl_check_hostname") in _OFF:
        yield f"it accepts any server; name your authority by ssl_ca_certs instead{_WAY_OUT}"
    if not url.has_password and "password" not in url.options:
        yield f"Redis asks for no password; set one, and put user:password@ into it{_WAY_OUT}"
