"""The host names that the server accepts, on every route and protocol."""

import json
import socket
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.responses import PlainTextResponse
from starlette.types import Message
from websockets.exceptions import InvalidStatus

from app.config import Settings, environment_of
from app.web.edge.gate import Gate
from app.web.edge.hosts import AllowedHosts
from app.web.edge.origins import AllowedOrigins
from tests.web.toy import dial, serve, toy_app

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - what an operator writes


def gate(app: Any = None, *, listens_on: str = LOOPBACK, **settings: Any) -> Gate:  # noqa: ANN401 - any ASGI app
    """Return an application behind the gate, with the settings as an operator writes them."""
    read = Settings(host=listens_on, **settings)
    return Gate(
        app or PlainTextResponse("in"),
        hosts=AllowedHosts(read.allowed_hosts, listens_on=read.host),
        origins=AllowedOrigins(read.allowed_origins),
    )


async def ask(gate: Gate, *hosts: bytes, path: str = "/livez") -> tuple[int, str]:
    """Send a GET with these Host headers; return the status and, of a refusal, its sentence."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    headers = [(b"host", host) for host in hosts]
    await gate({"type": "http", "method": "GET", "path": path, "headers": headers}, receive, send)
    body = sent[1]["body"]
    return sent[0]["status"], json.loads(body)["errors"][0]["message"] if sent[0]["status"] != 200 else ""


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8000",
        "localhost:",
        "LocalHost.:8000",
        "shop.localhost:8000",
        "127.0.0.1",
        "127.0.0.1:8000",
        "127.9.9.9",
        "[::1]:8000",
        "[0:0::1]",
    ],
)
async def test_this_machine_is_known_by_its_own_names(host: str) -> None:
    """Whatever the port: it may have been forwarded."""
    assert (await ask(gate(), host.encode()))[0] == 200


@pytest.mark.parametrize("path", ["/graphql", "/livez", "/readyz", "/", "/playground/x.js", "/nothing"])
async def test_a_name_that_was_pointed_here_is_refused_everywhere(path: str) -> None:
    """421, with the setting that would accept it: a page that rebinds its own name learns nothing."""
    status, sentence = await ask(gate(), b"evil.example:8000", path=path)
    assert status == 421
    assert "'evil.example'" in sentence
    assert "--allow-host evil.example" in sentence
    assert "STOCKPULSE_ALLOWED_HOSTS" in sentence


@pytest.mark.parametrize(
    ("host", "listens_on", "status"),
    [
        ("192.168.1.5:8000", LOOPBACK, 421),
        (EVERYWHERE, LOOPBACK, 421),
        ("192.168.1.5:8000", EVERYWHERE, 200),
        ("[fe80::1]:8000", "::", 200),
        ("shop.example", EVERYWHERE, 421),
        ("127.1", EVERYWHERE, 421),
        ("2130706433", EVERYWHERE, 421),
        ("localhost.evil.example", EVERYWHERE, 421),
        ("evillocalhost", EVERYWHERE, 421),
        ("shop.example", "shop.example", 200),
    ],
)
async def test_an_address_is_known_where_the_server_listens_beyond_this_machine(
    host: str, listens_on: str, status: int
) -> None:
    """No DNS name leads to an address, so none can be rebound; a name must be configured all the same."""
    assert (await ask(gate(listens_on=listens_on), host.encode()))[0] == status


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("shop.example", "Shop.Example.", 200),
        ("shop.example", "till.shop.example", 421),
        ("*.shop.example", "till.shop.example:81", 200),
        ("*.shop.example", "shop.example", 421),
        ("*.shop.example", "evilshop.example", 421),
        ("a.example, b.example", "b.example", 200),
        ("10.0.0.7", "10.0.0.7", 200),
        ("fd00::7", "[fd00:0::7]", 200),
        ("*", "anything.example", 200),
    ],
)
async def test_an_operator_names_hosts(allowed: str, host: str, status: int) -> None:
    """One or several, all below a name, or any."""
    assert (await ask(gate(allowed_hosts=allowed), host.encode()))[0] == status


@pytest.mark.parametrize("allowed", ["", "*"])
@pytest.mark.parametrize(
    "hosts",
    [
        (),
        (b"",),
        (b"localhost", b"localhost"),
        (b"localhost", b"evil.example"),
        (b"localhost:x",),
        (b"localhost:8000:",),
        (b"localhost:99999",),
        (b"a@localhost",),
        (b"localhost/",),
        (b"local host",),
        (b"localhost,evil.example",),
        (b"http://localhost",),
        (b"[::1",),
        (b"::1",),
        (b"[127.0.0.1]",),
        (b"a..localhost",),
        (b".localhost",),
        ("löcalhost".encode(),),
        (b"a" * 5_000,),
    ],
)
async def test_what_names_no_host_is_400(hosts: tuple[bytes, ...], allowed: str) -> None:
    """None, several, or no host at all: a proxy and we might read them differently."""
    assert (await ask(gate(allowed_hosts=allowed), *hosts))[0] == 400


@pytest.mark.parametrize("names", ["shop.example:8000", "http://shop.example", "*.*", "a b/c", "*example"])
def test_a_setting_that_names_no_host_is_refused(names: str) -> None:
    """At the start, with what to write instead."""
    with pytest.raises(ValidationError, match="is no host: write shop"):
        Settings(allowed_hosts=names)


def test_lists_are_handed_to_workers_as_they_are() -> None:
    """A worker reads its settings from variables."""
    settings = Settings(allowed_hosts=("*.shop.example", "B.example"), allowed_origins=("https://A.example:443/",))
    environment = environment_of(settings)
    assert environment["STOCKPULSE_ALLOWED_HOSTS"] == "*.shop.example b.example"
    assert environment["STOCKPULSE_ALLOWED_ORIGINS"] == "https://a.example"


async def websocket_status(port: int, **headers: str) -> int:
    """Try to open a websocket with these headers; return what it is refused with, 101 if it is not."""
    try:
        async with dial(port, additional_headers=headers):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_a_websocket_of_another_name_is_not_opened(caplog: pytest.LogCaptureFixture) -> None:
    """It is refused before the handshake, and the sentence says why."""
    async with serve(gate(toy_app())) as (_, port):
        assert await websocket_status(port) == 101
        with pytest.raises(InvalidStatus) as refused:
            async with dial(port, uri="ws://evil.example/", sock=socket.create_connection((LOOPBACK, port))):
                pass
    assert refused.value.response.status_code == 421
    assert b"--allow-host evil.example" in refused.value.response.body
    assert not caplog.records, "refused clients do not fill the log"


@pytest.mark.parametrize(
    ("origin", "allowed", "status"),
    [
        ("http://127.0.0.1:{port}", "", 101),
        ("http://localhost:{port}", "", 403),
        ("http://127.0.0.1", "", 403),
        ("https://shop.example", "", 403),
        ("https://shop.example", "https://shop.example", 101),
        ("HTTPS://Shop.example:443", "https://shop.example/", 101),
        ("http://shop.example", "https://shop.example", 403),
        ("https://shop.example:8443", "https://shop.example", 403),
        ("https://shop.example.evil.example", "https://shop.example", 403),
        ("null", "", 403),
        ("null", "https://shop.example", 403),
        ("", "", 403),
        ("127.0.0.1:{port}", "", 403),
        ("https://shop.example", "*", 101),
        ("app://stock", "app://stock", 101),
    ],
)
async def test_a_page_elsewhere_opens_a_websocket_only_if_its_origin_is_allowed(
    origin: str, allowed: str, status: int
) -> None:
    """Pages of our own host may; a page without an origin may not; and browsers send it always."""
    async with serve(gate(toy_app(), allowed_origins=allowed)) as (_, port):
        assert await websocket_status(port, origin=origin.format(port=port)) == status


async def test_the_refusal_of_a_page_names_the_setting() -> None:
    """For the developer's tools of the browser, and for the log of a proxy."""
    async with serve(gate(toy_app())) as (_, port):
        with pytest.raises(InvalidStatus) as refused:
            async with dial(port, additional_headers={"origin": "https://shop.example"}):
                pass
    assert b"--allow-origin https://shop.example" in refused.value.response.body


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [("shop.example", "https://shop.example", 101), ("shop.example", "https://shop.example:8443", 403)],
)
def test_a_proxy_that_ends_tls_changes_nothing(host: str, origin: str, status: int) -> None:
    """It forwards the host; the page's scheme is https, while our connection has no TLS."""
    refusal = AllowedOrigins(()).refusal([(b"host", host.encode()), (b"origin", origin.encode())])
    assert (refusal.status if refusal else 101) == status


@pytest.mark.parametrize("origins", ["shop.example", "https://shop.example/path", "null", "https://*.example"])
def test_a_setting_that_names_no_origin_is_refused(origins: str) -> None:
    """At the start, with what to write instead."""
    with pytest.raises(ValidationError, match="is no origin: write https"):
        Settings(allowed_origins=origins)
