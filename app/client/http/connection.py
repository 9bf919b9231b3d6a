"""One client's keep-alive HTTP/1.1 connection: a JSON body goes out, the answer's body comes back.

Our own, on asyncio's streams, because the client shares the machine with the server that it drives: one exchange costs
25 to 40 µs of CPU here, and 900 to 1,000 µs with httpx 0.28.

Rule: one request at a time, and a connection that failed is never used again.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.client.http.request import ANSWER_TIMEOUT_SECONDS

CONNECT_TIMEOUT_SECONDS = 5  # a server that is there answers a handshake in milliseconds
MAX_BODY_BYTES = 64 * 1024 * 1024  # a page of 250 movements takes 70 KB; what is longer is no answer to us
DEFAULT_PATH = "/graphql"

_DEFAULT_PORTS = {"http": 80, "https": 443}


class WrongUrl(Exception):
    """The URL names no HTTP server; the message is one sentence."""


class WrongKey(Exception):
    """The text is no API key; the message, which does not show it, is one sentence."""


class ServerAway(Exception):
    """No whole answer came; whether the request was heard is unknown. The message says what happened."""


class ConnectionLost(ServerAway):
    """The connection was refused, or ended before the whole answer: another one may bring it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where requests go."""

    url: str
    host: str
    port: int
    is_secure: bool
    head: bytes = field(repr=False)  # it has the key

    @classmethod
    def parse(cls, url: str, *, key: str | None = None) -> "Endpoint":
        """Read a URL; one without a path means the usual path. The key goes with every request.

        Raises WrongUrl and WrongKey.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _DEFAULT_PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise WrongUrl(f"{url} is no http:// or https:// URL.") from None
        if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
            raise WrongUrl(f"{url} names no server.")
        path = urlsplit(with_path(url)).path + (f"?{parts.query}" if parts.query else "")
        authority = parts.netloc.rpartition("@")[2]
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {authority}\r\n{_credentials(key)}"
            "content-type: application/json\r\ncontent-length: "
        )
        return cls(url=url, host=parts.hostname, port=port, is_secure=parts.scheme == "https", head=head.encode())


def with_path(url: str) -> str:
    """Return a URL with the usual path, where it has none. Raises ValueError."""
    parts = urlsplit(url)
    return url if parts.path.strip("/") else parts._replace(path=DEFAULT_PATH).geturl()


def _credentials(key: str | None) -> str:
    if key is None:
        return ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise WrongKey("The key is empty, or has characters that no key has; copy it again, from sp_ to its end.")
    return f"authorization: Bearer {key}\r\n"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A status and a body."""

    status: int
    body: bytes


class HttpConnection:
    """Connects when it is first used, and again after the server has closed it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes, *, answer_seconds: float = ANSWER_TIMEOUT_SECONDS) -> HttpResponse:
        """Send a body and return the answer, which takes so long at most. Raises ServerAway."""
        reader, writer = await self._opened()
        request = b"%b%d\r\n\r\n%b" % (self._endpoint.head, len(body), body)
        is_kept = False
        try:
            async with asyncio.timeout(answer_seconds):
                writer.write(request)
                await writer.drain()
                response, is_kept = await _read_response(reader)
        except TimeoutError:
            raise ServerAway(f"no answer in {answer_seconds:g} s") from None
        except (OSError, EOFError) as error:
            raise ConnectionLost("the connection was lost") from error
        except (ValueError, asyncio.LimitOverrunError) as error:
            raise ServerAway("the answer was no HTTP/1.1") from error
        finally:
            if not is_kept:
                self.close()
        return response

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and (self._streams[0].at_eof() or self._streams[1].is_closing()):
            self.close()  # the server closed it while it was idle
        if self._streams is None:
            self._streams = await self._open()
        return self._streams

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = self._endpoint
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                return await asyncio.open_connection(where.host, where.port, ssl=True if where.is_secure else None)
        except TimeoutError:
            raise ServerAway(f"no connection in {CONNECT_TIMEOUT_SECONDS} s") from None
        except ssl.SSLError as error:
            raise ServerAway(f"TLS failed: {error.reason or error}") from error
        except ConnectionRefusedError as error:
            raise ConnectionLost("the connection was refused") from error
        except ConnectionError as error:
            raise ConnectionLost("the connection was lost") from error
        except OSError as error:
            raise ServerAway(error.strerror or str(error)) from error


async def _read_response(reader: asyncio.StreamReader) -> tuple[HttpResponse, bool]:
    """Read a whole answer, and whether the connection may be used again. Raises ValueError if it is no HTTP/1.1."""
    status_line, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].lower().split(b"\r\n")
    version, _, rest = status_line.partition(b" ")
    if version != b"http/1.1":
        raise ValueError(version)
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if b"chunked" in headers.get(b"transfer-encoding", b""):
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(_checked(int(headers.get(b"content-length", b"0"))))
    return HttpResponse(int(rest[:3]), body), headers.get(b"connection") != b"close"


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        body += await reader.readexactly(_checked(size, len(body)))
        await reader.readuntil(b"\r\n")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # trailers
    return bytes(body)


def _checked(size: int, before: int = 0) -> int:
    if not 0 <= size <= MAX_BODY_BYTES - before:
        raise ValueError(size)
    return size
