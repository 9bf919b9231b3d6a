"""Connects to public addresses only, checked at the moment of connecting (a guard against SSRF).

Rule: the address that was checked is the one that is connected to. A name that leads elsewhere a moment later (DNS
rebinding) gains nothing, and neither does one that leads to several places: all of them must be public.
"""

import asyncio
from collections.abc import Iterable

from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from app.domain.webhooks.url import is_public
from app.outbound.resolver import Resolve


class PrivateAddressError(ConnectError):
    """The host is, or may be, inside a private network."""


class GuardedNetwork(AsyncNetworkBackend):
    """The network backend of our requests. TLS still verifies the host's name."""

    def __init__(self, network: AsyncNetworkBackend, *, resolve: Resolve, allow_private: bool) -> None:
        self._network = network
        self._resolve = resolve
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first address that answers. Raises ConnectError or ConnectTimeout."""
        options = None if socket_options is None else list(socket_options)
        try:
            async with asyncio.timeout(timeout):
                failure = ConnectError("The host has no address.")
                for address in await self._addresses(host, port):
                    try:
                        return await self._network.connect_tcp(
                            address, port, local_address=local_address, socket_options=options
                        )
                    except ConnectError as error:
                        failure = error
                raise failure
        except TimeoutError as error:
            raise ConnectTimeout("No connection in time.") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Refuse: no receiver is behind a socket on this machine."""
        raise PrivateAddressError("A socket of this machine is not public.")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Iterable[str]:
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise ConnectError("The host name has no address.") from error
        if not self._allow_private and not all(map(is_public, addresses)):
            raise PrivateAddressError("The host is not on the public internet.")
        return addresses
