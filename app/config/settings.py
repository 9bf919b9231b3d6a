"""What an operator can set, each by an environment variable `STOCKPULSE_…`.

Rule: settings are built once, never change, and are passed to the code that needs them.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.config.secret_files import SecretFiles
from app.config.values import (
    ApiKeyText,
    CollectorUrl,
    DatabaseName,
    Hosts,
    MetricsToken,
    Networks,
    Origins,
    ProviderUrl,
    SecretKeys,
    Texts,
    TokenSecret,
)
from app.config.variables import PREFIX


class Settings(BaseSettings):
    """The settings of one installation, read from the environment unless given by name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    env: Literal["development", "production"] = Field(
        default="development", description="What this installation is for: production refuses settings that are unsafe."
    )
    secret_keys: SecretKeys | None = Field(
        default=None,
        description="Keys as `stockpulse secret-key` makes them, separated by blanks: the first encrypts and signs "
        "what is secret, the others read what they once encrypted. Unset: one that is kept in the data directory.",
    )
    bootstrap_key: ApiKeyText | None = Field(
        default=None,
        description="An API key as `stockpulse bootstrap-key` makes them: at the start it is made the admin key "
        "`bootstrap`, or replaces that. It stays valid when this is unset: revoke it once there are other admins.",
    )
    mongo_url: SecretStr | None = Field(
        default=None,
        description="MongoDB to use: a replica set or a mongos. Unset: a mongod of our own, below the data directory.",
    )
    mongo_database: DatabaseName = Field(default="stockpulse", description="Name of the database.")
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
    migrate: Literal["auto", "wait", "check"] = Field(
        default="auto",
        description="What a start does with a database that an older version has left: bring it up to date, wait until "
        "`stockpulse migrate` has, or end with an error unless it has.",
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
    oidc_secret: TokenSecret | None = Field(
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
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=60,
        description="How long a server that is asked to stop (SIGTERM) first goes on to serve, while it says that it "
        "is not ready and ends each connection with its response: as long as a load balancer needs to see that.",
    )
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
    demo_live: bool = Field(
        default=True,
        description="Let a demo shop that has days behind it go on by itself, in fast motion, while the server runs.",
    )
    currency: str | None = Field(
        default=None,
        pattern="^[A-Z]{3}$",
        description="Currency of all amounts: its code of ISO 4217, such as EUR. Clients show amounts with it.",
    )
    write_queue_max: int = Field(
        default=10_000,
        ge=1,
        description="Lines of mutations that may wait in one process; more are refused as OVERLOADED.",
    )
    audit_days: int = Field(
        default=400, ge=1, le=36_500, description="Days before the present one of which the audit is kept."
    )
    audit_wait: bool = Field(
        default=False,
        description="Answer a mutation only once its entry in the audit is written: some 10 ms later. Without, a "
        "process that is killed may lose the entries of its last moment.",
    )
    webhook_delivered_days: int = Field(
        default=7,
        ge=1,
        le=3_650,
        description="Days for which a delivery of a webhook is kept that failed at first and was delivered later.",
    )
    webhook_dead_days: int = Field(
        default=30,
        ge=1,
        le=3_650,
        description="Days for which a delivery of a webhook that failed for good is kept, and can be sent again.",
    )
    webhook_allow_private: bool = Field(
        default=False,
        description="Send webhooks to private networks and this machine, and by http:// too. A client that may "
        "create one can then reach what this machine reaches.",
    )
    metrics_token: MetricsToken | None = Field(
        default=None,
        description="Secret that who reads /metrics sends as a bearer token. Unset: they are served in development "
        "only, to this machine.",
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        default="warning", description="Least severe message that the server logs; at info also each daily review."
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="Form of the log: lines for people, or one object of JSON a line, what is reported at the start "
        "included.",
    )
    otlp_endpoint: CollectorUrl | None = Field(
        default=None,
        description="Collector that traces are sent to by OTLP over HTTP, such as http://127.0.0.1:4318. Unset: "
        "nothing is traced.",
    )
    trace_ratio: float = Field(
        default=0.01, ge=0, le=1, description="Part traced, of requests in no trace yet and of what tasks commit."
    )
    trace_followed_per_second: float = Field(
        default=10,
        ge=0,
        description="Requests that one process traces each second because their client says that its trace is "
        "sampled; 0 to follow none.",
    )
    request_log: Literal["none", "slow", "all"] = Field(
        default="slow", description="GraphQL operations that are logged: none, the slow ones, or each."
    )
    slow_operation_seconds: float = Field(
        default=1, ge=0, description="Seconds from which on an operation, or a subscription's first answer, is slow."
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
