"""What an operator can set, each by an environment variable `STOCKPULSE_…`.

Rule: settings are built once, never change, and are passed to the code that needs them.
"""

import os
import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from app.security.key_form import check_chosen_key
from app.security.secret_key import secret_keys_of
from app.server.authority import ANY, is_encrypted, parse_host, parse_origin, serialised

PREFIX = "STOCKPULSE_"
MIN_TOKEN_SECRET_BYTES = 32
FILE_SUFFIX = "_FILE"  # of the variable that names the file of a secret

# From the user's name to the last @: a password that was not percent-encoded may itself hold an @ or a slash.
_PASSWORD_BEFORE_HOST = re.compile(r"(?<=://)([^:/@]*):.*@", re.DOTALL)
_SECRET_IN_QUERY = re.compile(
    r"(?<=[?&])([^=&]*(?:password|token|secret|authmechanismproperties)[^=&]*)=[^&]*", re.IGNORECASE
)


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


def _provider_url(text: str) -> str:
    if not is_encrypted(text):
        raise ValueError(f"{text!r} is no address of a provider: write https://…, or http:// for this machine")
    return text


def _long_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < MIN_TOKEN_SECRET_BYTES:
        raise ValueError(f"the secret must have {MIN_TOKEN_SECRET_BYTES} bytes at least (RFC 7518, 3.2)")
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
ProviderUrl = Annotated[str, AfterValidator(_provider_url)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_split)]


class SecretFileError(ValueError):
    """A secret cannot be read from its file, or is set twice; the message is one sentence for the operator."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that STOCKPULSE_…_FILE names, as containers are given secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the secret of a field, or None. Raise SecretFileError."""
        variable = _variable(field_name)
        path = os.environ.get(f"{variable}{FILE_SUFFIX}") if _is_secret(field.annotation) else None
        if not path:
            return None, field_name, False
        if os.environ.get(variable):
            raise SecretFileError(f"{variable} and {variable}{FILE_SUFFIX} are both set: remove one of them")
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SecretFileError(f"{variable}{FILE_SUFFIX}: {path} cannot be read ({reason})") from error

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that files hold."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value}


class Settings(BaseSettings):
    """The settings of one installation, read from the environment unless given by name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    env: Literal["development", "production"] = Field(
        default="development", description="What this installation is for: production refuses settings that are unsafe."
    )
    secret_keys: Annotated[SecretStr, AfterValidator(_secret_keys)] | None = Field(
        default=None,
        description="Keys as `stockpulse secret-key` makes them, separated by blanks: the first encrypts and signs "
        "what is secret, the others read what they once encrypted. Unset: one that is kept in the data directory.",
    )

    bootstrap_key: Annotated[SecretStr, AfterValidator(_api_key)] | None = Field(
        default=None,
        description="An API key as `stockpulse bootstrap-key` makes them: at the start it is made the admin key "
        "`bootstrap`, or replaces that. It stays valid when this is unset: revoke it once there are other admins.",
    )
    mongo_url: SecretStr | None = Field(
        default=None,
        description="MongoDB to use: a replica set or a mongos. Unset: a mongod of our own, below the data directory.",
    )
    mongo_database: str = Field(default="stockpulse", min_length=1, max_length=63, description="Name of the database.")
    mongo_driver: Literal["pymongo", "motor"] = Field(
        default="pymongo", description="Driver: PyMongo's asyncio client, or its deprecated predecessor Motor."
    )
    mongo_pipelining: bool = Field(
        default=True,
        description="Send the statements of a transaction in one round trip, which PyMongo has no public way for.",
    )
    mongo_timeout_seconds: float = Field(
        default=5, gt=0, le=60, description="Longest wait for one answer of MongoDB; keep it below a load balancer's."
    )
    mongod_cache_gb: float = Field(
        default=1, ge=0.25, description="Memory for the cache of the mongod that we start, in gigabytes."
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="Redis that carries the events: redis://host, redis+sentinel://host,host/name-of-the-master or "
        "redis+cluster://host,host; with rediss for TLS. Unset: a redis-server of our own.",
    )
    database_network_trusted: bool = Field(
        default=False,
        description="Let production use databases without TLS or passwords, because a network of their own connects "
        "them with this server.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for every one.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    allowed_hosts: Hosts = Field(
        default=(),
        description="Names that this server is reached by, besides those of this machine (localhost, *.localhost) and "
        "the one it listens on; *.shop.example for all below one, * for any. Addresses need no mention.",
    )
    allowed_origins: Origins = Field(
        default=(),
        description="Origins of pages elsewhere that may use the API from a browser, as https://shop.example; * for "
        "any. Pages of the server's own host always may.",
    )
    trusted_proxies: Networks = Field(
        default=(),
        description="Addresses and networks of the proxies before this server, as 10.0.0.5 or 10.0.0.0/24: what they "
        "say of a client's address and scheme is believed, and no other client's word.",
    )
    proxy_headers: Literal["x-forwarded", "forwarded"] = Field(
        default="x-forwarded",
        description="The headers that those proxies write: X-Forwarded-For and X-Forwarded-Proto, or Forwarded "
        "(RFC 7239). The others are ignored: a proxy passes them on as a client sent them.",
    )
    auth: Literal["required", "none"] = Field(
        default="required",
        description="Who is let in: clients with an API key, a token or a session; or, with none, every client with "
        "all rights, which is for this machine alone.",
    )
    session_idle_minutes: int = Field(
        default=120, ge=1, description="Minutes without use after which a browser has to sign in again."
    )
    session_max_minutes: int = Field(
        default=720, ge=1, description="Minutes after which a browser has to sign in again, whatever it does."
    )
    oidc_issuer: ProviderUrl | None = Field(
        default=None,
        description="Identity provider whose tokens are accepted, as its tokens name it in `iss`, such as "
        "https://login.example/shop.",
    )
    oidc_audience: Texts = Field(
        default=(), description="Who tokens must be meant for, as they say in `aud`: the client id of this API."
    )
    oidc_jwks_url: ProviderUrl | None = Field(
        default=None, description="Where the provider's public keys are. Unset: where its discovery document says."
    )
    oidc_secret: Annotated[SecretStr, AfterValidator(_long_secret)] | None = Field(
        default=None,
        description="Secret of 32 bytes at least by which the provider signs with HS256, instead of public keys.",
    )
    oidc_roles_claim: str = Field(
        default="stockpulse_roles", min_length=1, description="Claim with the names of a person's roles."
    )
    oidc_scopes_claim: str = Field(
        default="scope",
        min_length=1,
        description="Claim with scopes beside those of the roles; unknown ones are ignored.",
    )
    oidc_locations_claim: str = Field(
        default="stockpulse_locations",
        min_length=1,
        description="Claim with the codes of the locations that a person is limited to; without it, to none.",
    )
    oidc_approval_limit_claim: str = Field(
        default="stockpulse_approval_limit",
        min_length=1,
        description="Claim with the highest value of a purchase order that a person may submit; without it, any.",
    )
    max_connections: int = Field(
        default=2_000,
        ge=1,
        description="HTTP connections that one process keeps open; one more takes the place of an idle one, or is "
        "answered 503.",
    )
    max_operation_cost: int = Field(
        default=100_000,
        ge=1_000,
        description="What one GraphQL operation may cost, in plain fields of one object; more are refused as "
        "COST_EXCEEDED. An operation of this cost takes 160 ms of a process at the worst.",
    )
    budget_capacity: int = Field(
        default=500_000,
        ge=1_000,
        description="What the operations of one key or person may cost at once; beyond it they are THROTTLED until "
        "enough is restored. Ten seconds of the restored: a burst such as the start of a shop's day. A till that sells "
        "every second uses a hundredth of both.",
    )
    budget_restore_rate: int = Field(
        default=50_000,
        ge=100,
        description="How much of that is restored in each second: 80 ms of one process at the worst, so that a dozen "
        "clients that use all of it leave room for others. Keys may have budgets of their own.",
    )
    plain_execution: bool = Field(
        default=False,
        description="Execute GraphQL by Strawberry's own executor instead of the compiled one, and send every message "
        "of websockets by uvicorn: slower, with the same results. For the time after an upgrade of Strawberry, "
        "graphql-core or uvicorn that ours does not fit.",
    )
    max_websockets: int = Field(
        default=10_000,
        ge=1,
        description="Websockets and event streams that one process keeps open; more are closed with 1013, or answered "
        "503.",
    )
    max_websockets_per_address: int = Field(
        default=1_000,
        ge=1,
        description="Websockets and event streams that one process keeps open for one address, of IPv6 for one network "
        "of 64 bits; more are closed with 1013, or answered 429. A shop's tills and screens share an address; this "
        "machine's own is not counted.",
    )
    max_websockets_per_client: int = Field(
        default=1_000,
        ge=1,
        description="Websockets and event streams that one process keeps open for one key or person; more are closed "
        "with 1013, or answered 429. A tenth of all: a chain's tills may share a key.",
    )
    workers: int = Field(default=1, ge=1, le=256, description="Processes that answer requests.")
    data_dir: Path = Field(
        default=Path(".stockpulse"), description="Directory of what the servers that we start keep: data and logs."
    )
    demo: bool = Field(default=True, description="Fill an empty database with a demo shop.")
    demo_days: int = Field(
        default=90,
        ge=0,
        le=365,
        description="Days of trade that a demo shop has behind it when it is filled; 0 leaves it at 200 items that "
        "were never sold.",
    )
    write_queue_max: int = Field(
        default=10_000, ge=1, description="Mutations that may wait in one process; more are refused as OVERLOADED."
    )
    audit_days: int = Field(
        default=400, ge=1, le=36_500, description="Days before the present one of which the audit is kept."
    )
    audit_wait: bool = Field(
        default=False,
        description="Answer a mutation only once its entry in the audit is written: some 10 ms later. Without, a "
        "process that is killed may lose the entries of its last moment.",
    )
    webhook_allow_private: bool = Field(
        default=False,
        description="Send webhooks to private networks and this machine, and by http:// too. A client that may "
        "create one can then reach what this machine reaches.",
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        default="warning", description="Least severe message that the server logs; at info also each daily review."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from: what is given by name, variables, and the files that variables name."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    def to_environment(self) -> dict[str, str]:
        """Return the variables from which another process reads the same settings, secrets included."""
        return {_variable(name): _plain(value) for name, value in self if value not in (None, ())}

    def explained(self) -> Iterator[tuple[str, str, str]]:
        """Yield each variable with its value, secrets hidden, and its description."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            shown = without_secrets(_plain(value)) if isinstance(value, SecretStr) else _plain(value)
            yield _variable(name), shown, field.description or ""


def without_secrets(url: str) -> str:
    """Return a URL that may be shown: passwords and tokens in it, or all of it if it is no URL, are replaced by ***."""
    if "://" not in url:
        return "***"
    return _SECRET_IN_QUERY.sub(r"\1=***", _PASSWORD_BEFORE_HOST.sub(r"\1:***@", url))


def secret_file_variables() -> tuple[str, ...]:
    """Return the variables that may name the file of a secret."""
    fields = Settings.model_fields.items()
    return tuple(f"{_variable(name)}{FILE_SUFFIX}" for name, field in fields if _is_secret(field.annotation))


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _plain(value: Any) -> str:  # noqa: ANN401 - a setting may be of any type that reads back from text
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
