"""Only public addresses are connected to, whatever a name leads to, and whenever."""

import ssl
from collections.abc import Iterable, Sequence

import httpcore
import pytest

from app.outbound.guarded_network import GuardedNetwork, PrivateAddressError
from app.outbound.sender import HttpSender
from tests.support.clock import START
from tests.support.receiver import Receiver
from tests.support.webhooks import a_message, secret

PUBLIC, OTHER_PUBLIC, PRIVATE = "8.8.8.8", "2606:4700::1111", "10.0.0.7"
REFUSED = "The host is not on the public internet."


class Names:
    """A name server that answers differently each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return the next answer, and the last one from then on."""
        self.asked.append((host, port))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class Stream(httpcore.AsyncNetworkStream):
    """A connection that takes what is sent, and answers with nothing but success."""

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._answer = b"HTTP/1.1 204 Taken\r\n\r\n"

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as in the library
        """Return the answer, once."""
        answer, self._answer = self._answer, b""
        return answer

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as in the library
        """Take it."""
        self._network.sent += buffer

    async def aclose(self) -> None:
        """Be closed."""

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as in the library
    ) -> httpcore.AsyncNetworkStream:
        """Note the name that the certificate is verified against."""
        self._network.verified.append((server_hostname, ssl_context.check_hostname, ssl_context.verify_mode))
        if not self._network.is_forged:
            return self
        try:
            raise ssl.SSLCertVerificationError
        except ssl.SSLError as error:
            raise httpcore.ConnectError(error) from error


class Network(httpcore.AsyncNetworkBackend):
    """A network that connects to anything but what is down."""

    def __init__(self, *, down: Iterable[str] = (), is_forged: bool = False) -> None:
        self._down = set(down)
        self.is_forged = is_forged
        self.connected: list[str] = []
        self.verified: list[tuple[str | None, bool, ssl.VerifyMode]] = []
        self.sent = b""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as in the library
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        self.connected.append(host)
        if host in self._down:
            raise httpcore.ConnectError("down")
        return Stream(self)


async def test_what_was_judged_is_connected_to_and_the_name_is_verified() -> None:
    """The address of the first answer, and the certificate of the host name; the name is asked for once."""
    names, network = Names([PUBLIC], [PRIVATE]), Network()
    async with HttpSender(allow_private=False, resolve=names, network=network) as sender:
        answer = await sender.send(a_message(), url="https://partner.example/hook", secrets=[secret(1)], now=START)
    assert answer.status == 204
    assert names.asked == [("partner.example", 443)]
    assert network.connected == [PUBLIC]
    assert network.verified == [("partner.example", True, ssl.CERT_REQUIRED)]
    assert b"host: partner.example\r\n" in network.sent.lower()


async def test_a_name_that_leads_elsewhere_the_next_time_is_judged_again() -> None:
    """DNS rebinding: public when the webhook is written down, and for the first message, private for the second."""
    names, network = Names([PUBLIC], [PRIVATE]), Network()
    guarded = GuardedNetwork(network, resolve=names, allow_private=False)
    await guarded.connect_tcp("partner.example", 443)
    with pytest.raises(PrivateAddressError):
        await guarded.connect_tcp("partner.example", 443)
    assert network.connected == [PUBLIC]


@pytest.mark.parametrize(
    "addresses", [[PRIVATE], [PUBLIC, PRIVATE], ["::ffff:10.0.0.7", PUBLIC], ["127.0.0.1"], ["fe80::1%eth0"]], ids=str
)
async def test_a_host_with_a_private_address_is_not_connected_to(addresses: list[str]) -> None:
    """One among several is enough, and a receiver learns no address."""
    network = Network()
    async with HttpSender(allow_private=False, resolve=Names(addresses), network=network) as sender:
        answer = await sender.send(a_message(), url="https://partner.example/", secrets=[secret(1)], now=START)
    assert (answer.status, answer.error) == (None, REFUSED)
    assert network.connected == []


async def test_a_host_is_reached_at_any_of_its_addresses() -> None:
    """The next one where one is down; where all are, the last failure tells."""
    names = Names([PUBLIC, OTHER_PUBLIC])
    network = Network(down=[PUBLIC])
    await GuardedNetwork(network, resolve=names, allow_private=False).connect_tcp("partner.example", 443)
    assert network.connected == [PUBLIC, OTHER_PUBLIC]
    with pytest.raises(httpcore.ConnectError, match="down"):
        await GuardedNetwork(Network(down=[PUBLIC, OTHER_PUBLIC]), resolve=names, allow_private=False).connect_tcp(
            "partner.example", 443
        )
    with pytest.raises(httpcore.ConnectError, match="no address"):
        await GuardedNetwork(network, resolve=Names([]), allow_private=False).connect_tcp("partner.example", 443)


async def test_a_certificate_that_does_not_fit_is_an_answer() -> None:
    """Nothing is sent then."""
    network = Network(is_forged=True)
    async with HttpSender(allow_private=False, resolve=Names([PUBLIC]), network=network) as sender:
        answer = await sender.send(a_message(), url="https://partner.example/", secrets=[secret(1)], now=START)
    assert answer.error == "The receiver could not be reached: its certificate or encryption is not acceptable"
    assert network.sent == b""


async def test_a_socket_of_this_machine_is_never_connected_to() -> None:
    """Even where private networks are allowed."""
    with pytest.raises(PrivateAddressError):
        await GuardedNetwork(Network(), resolve=Names([PUBLIC]), allow_private=True).connect_unix_socket("/run/x")


async def test_loopback_is_refused_by_the_real_resolver_too() -> None:
    """A name for it, and its number in any spelling that the system's resolver reads."""
    async with Receiver() as receiver, HttpSender(allow_private=False) as sender:
        port = receiver.url.split(":")[2].removesuffix("/hook")
        for host in ("localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0.0.0.0"):  # noqa: S104
            answer = await sender.send(a_message(), url=f"http://{host}:{port}/", secrets=[secret(1)], now=START)
            assert answer.error == REFUSED, host
    assert receiver.requests == []
