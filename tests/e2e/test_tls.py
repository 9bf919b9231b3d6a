"""MongoDB and Redis by TLS, with certificates that the tests make: only a server that we know is used."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from app.bootstrap import open_application, prepare
from app.embedded.binaries import MONGOD, find
from app.embedded.cluster.certificates import CertificateAuthority, an_authority
from app.embedded.ports import free_port
from app.server.checks.databases import check_mongo, check_redis
from app.server.checks.preflight import PreflightError
from app.store.driver.client import Driver, close_client, open_client
from tests.graphql.api import settings_of
from tests.support.programs import running, until_listening
from tests.support.waiting import eventually

SOON = 1.5  # seconds: a database of this machine is there sooner


class Places(NamedTuple):
    """Where the databases are, without what a client needs to trust them, and the authorities."""

    mongo: str
    redis: str
    ours: CertificateAuthority
    other: CertificateAuthority

    def mongo_url(self, authority: CertificateAuthority, *, host: str = "127.0.0.1") -> str:
        """Return the URL of a client that trusts an authority."""
        return f"{self.mongo.replace('127.0.0.1', host)}?tls=true&tlsCAFile={authority.ca_file}"

    def redis_url(self, authority: CertificateAuthority, *, host: str = "127.0.0.1") -> str:
        """Return the URL of a client that trusts an authority."""
        return f"{self.redis.replace('127.0.0.1', host)}?ssl_ca_certs={authority.ca_file}"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[CertificateAuthority, CertificateAuthority]:
    """Return the authority of the servers, and one that has nothing to do with them."""
    directory = tmp_path_factory.mktemp("authorities")
    return an_authority(directory / "ours"), an_authority(directory / "other")


@pytest.fixture(scope="module")
def mongo(authorities: tuple[CertificateAuthority, CertificateAuthority], servers_dir: Path) -> Iterator[str]:
    """Return the URL of a mongod that takes connections by TLS only."""
    ours, _ = authorities
    data, port = servers_dir / "mongo by tls", free_port()
    data.mkdir()
    command = [str(find(MONGOD)), "--dbpath", str(data), "--port", str(port), "--nounixsocket", "--replSet", "rs0"]
    command += ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(ours.server_file())]
    command += ["--tlsCAFile", str(ours.ca_file), "--tlsAllowConnectionsWithoutCertificates"]
    command += ["--wiredTigerCacheSizeGB", "0.25"]
    with running(command, stdout=subprocess.DEVNULL) as server:
        until_listening(server, port)
        with MongoClient(
            f"mongodb://127.0.0.1:{port}/?tls=true&tlsCAFile={ours.ca_file}&directConnection=true"
        ) as client:
            member = {"_id": 0, "host": f"127.0.0.1:{port}"}
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        yield f"mongodb://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
async def places(
    mongo: str, authorities: tuple[CertificateAuthority, CertificateAuthority], redis_url: str
) -> AsyncIterator[Places]:
    """Return both; the redis-server of the tests knows no TLS, so that a proxy before it speaks that."""
    ours, other = authorities
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ours.server_file())
    port = redis_url.removeprefix("redis://").partition("/")[0].rpartition(":")[2]
    async with await asyncio.start_server(_to(int(port)), "127.0.0.1", 0, ssl=context) as proxy:
        yield Places(mongo, f"rediss://127.0.0.1:{proxy.sockets[0].getsockname()[1]}/0", ours, other)


def _to(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    """Return what passes each connection on to a port of this machine."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65_536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass  # the client did not like us
        finally:
            writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, its_writer), pump(its_reader, writer))

    return connected


async def test_the_application_works_by_tls(places: Places) -> None:
    """All that it depends on is well, and its database is prepared."""
    settings = settings_of(places.mongo_url(places.ours), places.redis_url(places.ours), "by_tls")
    await asyncio.to_thread(check_mongo, settings.mongo_url, timeout_seconds=SOON)
    await asyncio.to_thread(check_redis, settings.redis_url, timeout_seconds=SOON)
    await prepare(settings, report=lambda _: None)
    async with open_application(settings) as application:

        async def is_well() -> bool:
            return not any((await application.problems()).values())

        await eventually(is_well)


@pytest.mark.parametrize("driver", ["pymongo", "motor"])
async def test_neither_driver_uses_a_server_that_it_does_not_know(places: Places, driver: Driver) -> None:
    """With the authority that signed it both work, with another one neither."""
    known, unknown = (
        open_client(places.mongo_url(authority), driver=driver, timeout_seconds=SOON)
        for authority in (places.ours, places.other)
    )
    try:
        assert (await known.admin.command("ping"))["ok"] == 1
        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            await unknown.admin.command("ping")
    finally:
        await close_client(known)
        await close_client(unknown)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            lambda places: places.mongo_url(places.other),
            "is not accepted (self-signed certificate in certificate chain)",
        ),
        (lambda places: places.mongo_url(places.ours, host="localhost"), "is not accepted (Hostname mismatch, "),
        (lambda places: places.mongo, "If it takes connections by TLS only, the URL needs tls=true, and tlsCert"),
        (
            lambda places: f"{places.mongo_url(places.ours)}&replicaSet=rs9",
            "belongs to no replica set of the name rs9: correct replicaSet=… in STOCKPULSE_MONGO_URL.",
        ),
        (
            lambda places: f"{places.mongo}?tls=true&tlsCAFile=/nowhere/ca.pem",
            "A file that STOCKPULSE_MONGO_URL names cannot be read: /nowhere/ca.pem (No such file or directory).",
        ),
        (
            lambda places: places.redis_url(places.other),
            "is not accepted (unable to get local issuer certificate)",
        ),
        (lambda places: places.redis_url(places.ours, host="localhost"), "is not accepted (Hostname mismatch, "),
        (
            lambda places: places.redis.replace("rediss", "redis"),
            "If it takes connections by TLS only, the URL needs rediss://, and ssl_certfile=",
        ),
        (
            lambda places: f"{places.redis}?ssl_ca_certs=/nowhere/ca.pem",
            "A file that STOCKPULSE_REDIS_URL names cannot be read: /nowhere/ca.pem (No such file or directory).",
        ),
    ],
)
async def test_the_start_says_why_a_server_is_not_used(
    places: Places, url: Callable[[Places], str], sentence: str
) -> None:
    """A wrong authority, a wrong name, no TLS, and a file that is not there, each with what to do."""
    secret = SecretStr(url(places))
    check = check_mongo if secret.get_secret_value().startswith("mongodb") else check_redis
    with pytest.raises(PreflightError) as refused:
        await asyncio.to_thread(check, secret, timeout_seconds=SOON)
    assert sentence in str(refused.value)
