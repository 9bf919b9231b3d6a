"""Fetches the public keys of an identity provider: by their URL, or by that of its issuer (OpenID Connect Discovery).

Rule: whatever the provider sends, or does not send, a fetch ends in time and takes little memory. Redirects are not
followed, and a key set comes by TLS, or from this machine.
"""

import asyncio
import json
import ssl
from types import TracebackType
from typing import Any, Self

import httpcore

from app.domain.failures import ProviderUnavailable
from app.outbound.authorities import usual_authorities
from app.outbound.guarded_network import GuardedNetwork
from app.outbound.resolver import Resolver
from app.server.authority import is_encrypted

FETCH_SECONDS = 3.0  # less than a verified credential is valid: a renewal that waits for it is in time
MAX_DOCUMENT_BYTES = 262_144  # a set of three keys has 2 KB
DISCOVERY = "/.well-known/openid-configuration"

_EXPECTED = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, ValueError)


class IdentityProvider:
    """One provider. An async context: its connections live in it.

    It may be inside a private network: the operator names it, and no client does.
    """

    def __init__(self, *, issuer: str, key_set_url: str | None, tls: ssl.SSLContext | None = None) -> None:
        """Take the issuer, as tokens name it, and the URL of the keys, None to ask the issuer for it."""
        self._issuer, self._url = issuer, key_set_url
        self._resolver = Resolver()
        self._connections = httpcore.AsyncConnectionPool(
            ssl_context=tls or usual_authorities(),
            max_connections=2,
            max_keepalive_connections=0,
            network_backend=GuardedNetwork(httpcore.AnyIOBackend(), resolve=self._resolver, allow_private=True),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()
        self._resolver.close()

    async def key_set(self) -> object:
        """Return the key set, as JSON has it. Raises ProviderUnavailable."""
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._get(self._url or await self._discovered())
        except _EXPECTED as error:
            raise ProviderUnavailable(details=f"{type(error).__name__}: {error}") from error

    async def _discovered(self) -> str:
        """Return the URL of the keys, as the issuer says it. Raises ValueError where it is another's document."""
        document: Any = await self._get(self._issuer.rstrip("/") + DISCOVERY)
        if not isinstance(document, dict) or document.get("issuer") != self._issuer:
            raise ValueError("the discovery document is of another issuer")
        url = document.get("jwks_uri")
        if not isinstance(url, str) or not is_encrypted(url):
            raise ValueError("the discovery document has no jwks_uri by https://")
        return url

    async def _get(self, url: str) -> object:
        headers = {"accept": "application/json", "user-agent": "Stockpulse/1"}
        async with self._connections.stream("GET", url, headers=list(headers.items())) as response:
            if response.status != 200:  # noqa: PLR2004 - HTTP's own
                raise ValueError(f"{url} has answered with status {response.status}")
            body = b""
            async for part in response.aiter_stream():
                body += part
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise ValueError(f"{url} has answered with more than {MAX_DOCUMENT_BYTES} bytes")
        return json.loads(body)
