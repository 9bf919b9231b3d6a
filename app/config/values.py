"""The types of what is set: read from text, checked, and brought into one form. All raise ValueError."""

from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from app.security.key_form import check_chosen_key
from app.security.secret_key import secret_keys_of
from app.server.authority import ANY, is_encrypted, parse_host, parse_origin, serialised

MIN_TOKEN_SECRET_BYTES = 32
MIN_METRICS_TOKEN_CHARACTERS = 16
MAX_DATABASE_NAME_BYTES = 63  # of MongoDB
_NOT_IN_DATABASE_NAMES = frozenset('/\\. "$*<>:|?\0')  # as MongoDB has it for all systems
_DATABASES_OF_MONGODB = frozenset({"admin", "config", "local"})


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _host(name: str) -> str:
    wildcard = "*." if name.startswith("*.") else ""
    host = ANY if name == ANY else parse_host(name.removeprefix(wildcard))
    if host is None:
        raise ValueError(f"{name!r} is no host: write shop.example, *.shop.example, an address, or * for any")
    return f"{wildcard}{host}"


def _origin(text: str) -> str:
    origin = parse_origin(text.removesuffix("/"))
    if text != ANY and origin is None:
        raise ValueError(
            f"{text!r} is no origin: write https://shop.example, with its port if it has one, or * for any"
        )
    return serialised(origin) if origin else ANY


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is neither an address nor a network such as 10.0.0.0/8: {error}") from None
    if not network.prefixlen:
        raise ValueError(f"{text!r} would let every client name its own address: list the proxies")
    return str(network)


def _database_name(text: str) -> str:
    if not 0 < len(text.encode()) <= MAX_DATABASE_NAME_BYTES or _NOT_IN_DATABASE_NAMES.intersection(text):
        raise ValueError(
            f"{text!r} is no name of a database: write 1 to {MAX_DATABASE_NAME_BYTES} bytes, without "
            ' blanks and / \\ . " $ * < > : | ?'
        )
    if text in _DATABASES_OF_MONGODB:
        raise ValueError(f"{text!r} is what the database server keeps for itself")
    return text


def _provider_url(text: str) -> str:
    if not is_encrypted(text):
        raise ValueError(f"{text!r} is no address of a provider: write https://…, or http:// for this machine")
    return text


def _collector_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None or parts.query:
        raise ValueError(
            "this is no address of a collector: write http://collector:4318, and what it asks "
            "for into OTEL_EXPORTER_OTLP_HEADERS"
        )
    return text


def _long_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < MIN_TOKEN_SECRET_BYTES:
        raise ValueError(f"the secret must have {MIN_TOKEN_SECRET_BYTES} bytes at least (RFC 7518, 3.2)")
    return value


def _metrics_token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < MIN_METRICS_TOKEN_CHARACTERS or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            f"the token must have {MIN_METRICS_TOKEN_CHARACTERS} characters at least, of ASCII and without blanks"
        )
    return value


def _secret_keys(value: SecretStr) -> SecretStr:
    secret_keys_of(value.get_secret_value())
    return value


def _api_key(value: SecretStr) -> SecretStr:
    check_chosen_key(value.get_secret_value())
    return value


Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_split)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_split)]

Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
DatabaseName = Annotated[str, AfterValidator(_database_name)]
CollectorUrl = Annotated[str, AfterValidator(_collector_url)]
ProviderUrl = Annotated[str, AfterValidator(_provider_url)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_split)]

MetricsToken = Annotated[SecretStr, AfterValidator(_metrics_token)]
TokenSecret = Annotated[SecretStr, AfterValidator(_long_secret)]
SecretKeys = Annotated[SecretStr, AfterValidator(_secret_keys)]
ApiKeyText = Annotated[SecretStr, AfterValidator(_api_key)]
