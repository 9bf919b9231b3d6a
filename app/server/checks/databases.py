"""Checks the databases that are configured before anything is served, so that a wrong setting is one sentence.

Rule: a message names the setting to change and never shows a password.
"""

import asyncio
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from app.config import PREFIX, without_secrets
from app.live.redis_address import FORMS, RedisAddress, Topology
from app.live.redis_connection import open_redis
from app.server.checks.mongo_options import weakening_options
from app.server.checks.preflight import PreflightError

# Neither driver gives the reason of a failed handshake as anything but text, which is OpenSSL's.
_FILES_OF_REDIS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
_ABOUT_TLS = "If it takes connections by TLS only, the URL needs {}, and {} if it asks clients for a certificate."
_ADVICE = {
    Topology.SERVER: "check the user and password",
    Topology.SENTINEL: "check that its hosts are Sentinels, the name of the master, and users and passwords",
    Topology.CLUSTER: "check that its hosts are nodes of a Cluster of Redis 7.0 or newer, and the user and password",
}
_UNTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED\] certificate verify failed: (.+?)\.? \(_ssl")


def check_mongo(url: SecretStr, *, timeout_seconds: float) -> None:
    """Raise PreflightError unless a replica set or a mongos answers there."""
    shown = without_secrets(url.get_secret_value())
    if weakening := weakening_options(url.get_secret_value()):
        raise PreflightError(
            f"STOCKPULSE_MONGO_URL has {' and '.join(weakening)}, by which stock could be lost or old stock be read; "
            "leave it out: writes are acknowledged by a majority and in its journals, and reads are the primary's."
        )
    milliseconds = round(timeout_seconds * 1000)
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(
            url.get_secret_value(), serverSelectionTimeoutMS=milliseconds, connectTimeoutMS=milliseconds
        )
    # The driver's message is left out: it may quote a piece of the password.
    except (ConfigurationError, ValueError, TypeError) as error:
        raise PreflightError(
            f"STOCKPULSE_MONGO_URL is not a MongoDB URL: {shown} (expected mongodb://user:password@host:27017/?options "
            "with special characters in the password percent-encoded)."
        ) from error
    except OSError as error:
        raise _unreadable_file("STOCKPULSE_MONGO_URL", error) from error
    with client:
        hello = _hello(client, shown=shown, timeout_seconds=timeout_seconds)
    if "setName" not in hello and hello.get("msg") != "isdbgrid":  # the mark of a mongos
        raise PreflightError(
            f"The MongoDB at {shown} is a standalone server, which has no transactions: start it with "
            "`--replSet rs0` and run `rs.initiate()` once in mongosh, or unset STOCKPULSE_MONGO_URL to use our own."
        )


def check_redis(url: SecretStr, *, timeout_seconds: float) -> None:
    """Raise PreflightError unless a Redis answers there: a server, the master that Sentinels know, or a Cluster."""
    shown = without_secrets(url.get_secret_value())
    try:
        address = RedisAddress.parse(url.get_secret_value())
        options = parse_qs(urlsplit(url.get_secret_value()).query)
        for option in _FILES_OF_REDIS & options.keys():  # the driver's message names none of them
            Path(options[option][0]).open("rb").close()
    except ValueError as error:
        raise PreflightError(
            f"STOCKPULSE_REDIS_URL is not a Redis URL: {shown} ({error}; expected {' or '.join(FORMS)})."
        ) from error
    except OSError as error:
        raise _unreadable_file("STOCKPULSE_REDIS_URL", error) from error
    try:
        asyncio.run(_ask_redis(url, address.topology, timeout_seconds=timeout_seconds))
    except TypeError as error:
        raise PreflightError(
            f"STOCKPULSE_REDIS_URL has an option that is none of a Redis connection: {shown} ({error})."
        ) from error
    except (AuthenticationError, ResponseError) as error:
        raise PreflightError(
            f"The Redis at {shown} refused us ({error}); {_ADVICE[address.topology]} in STOCKPULSE_REDIS_URL."
        ) from error
    except (RedisError, OSError) as error:
        if untrusted := _UNTRUSTED.search(str(error)):
            raise PreflightError(
                f"The certificate of the Redis at {shown} is not accepted ({untrusted[1]}); name the authority "
                "that signed it by ssl_ca_certs=… in STOCKPULSE_REDIS_URL, and the host as the certificate has it."
            ) from error
        scheme = f"{address.topology.value.replace('redis', 'rediss', 1)}://"
        raise PreflightError(
            f"No Redis answers at {shown} within {timeout_seconds:g} s; start it, correct STOCKPULSE_REDIS_URL, "
            f"or unset it to use our own. {_ABOUT_TLS.format(scheme, 'ssl_certfile=… and ssl_keyfile=…')}"
        ) from error


async def _ask_redis(url: SecretStr, topology: Topology, *, timeout_seconds: float) -> None:
    async with open_redis(url.get_secret_value(), key=PREFIX, timeout_seconds=timeout_seconds) as client:
        await client.ping()
        if topology is Topology.CLUSTER:  # what Redis before 7.0 does not know
            await client.pubsub_shardnumsub(PREFIX)


def _hello(client: MongoClient[dict[str, Any]], *, shown: str, timeout_seconds: float) -> dict[str, Any]:
    try:
        return client.admin.command("hello")
    except OperationFailure as error:
        raise PreflightError(
            f"The MongoDB at {shown} refused us ({(error.details or {}).get('errmsg', error.code)}); "
            "check the user and password in STOCKPULSE_MONGO_URL."
        ) from error
    except PyMongoError as error:
        description = client.topology_description
        servers = description.server_descriptions().values()
        if not servers and description.replica_set_name:  # the driver leaves out members of another
            raise PreflightError(
                f"The MongoDB at {shown} belongs to no replica set of the name {description.replica_set_name}: "
                "correct replicaSet=… in STOCKPULSE_MONGO_URL."
            ) from error
        for server in servers:
            if untrusted := _UNTRUSTED.search(str(server.error)):
                raise PreflightError(
                    f"The certificate of the MongoDB at {shown} is not accepted ({untrusted[1]}); name the authority "
                    "that signed it by tlsCAFile=… in STOCKPULSE_MONGO_URL, and the host as the certificate has it."
                ) from error
        if any(server.server_type_name == "RSGhost" for server in servers):
            raise PreflightError(
                f"The MongoDB at {shown} belongs to a replica set that was never initiated: "
                "run `rs.initiate()` once in mongosh."
            ) from error
        raise PreflightError(
            f"No MongoDB that takes writes answers at {shown} within {timeout_seconds:g} s; start it, correct "
            "STOCKPULSE_MONGO_URL, or unset it to use our own. "
            f"{_ABOUT_TLS.format('tls=true', 'tlsCertificateKeyFile=…')}"
        ) from error


def _unreadable_file(variable: str, error: OSError) -> PreflightError:
    return PreflightError(f"A file that {variable} names cannot be read: {error.filename} ({error.strerror}).")
