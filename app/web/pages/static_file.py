"""A static file of one of our pages, compressed once per process.

Rule: both forms have one weak entity tag, so that a cache can revalidate either (RFC 9110, 8.8.1); a range is a range
of the uncompressed file.
"""

import asyncio
from functools import lru_cache
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from app.web.compression import MIN_BYTES, gzip, takes_gzip

LEVEL = 6  # once per file and process
_FILES = 256  # GraphiQL has some thirty, 2 MB when compressed, and the dashboard some sixty small ones

_COMPRESSIBLE = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/manifest+json",
        "image/svg+xml",
    }
)


class StaticFile(FileResponse):
    """Answers with the file, or with its compressed form."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        self.headers.add_vary_header("accept-encoding")
        path = Path(self.path)
        status = await asyncio.to_thread(path.stat) if self.stat_result is None else self.stat_result
        self.set_stat_headers(status)
        if status.st_size < MIN_BYTES or not self._is_compressible() or not _takes(scope):
            await super().__call__(scope, receive, send)
            return
        body = await asyncio.to_thread(_gzipped, path, status.st_mtime_ns)
        headers = dict(self.headers) | {"content-encoding": "gzip", "etag": f"W/{self.headers['etag']}"}
        del headers["content-length"], headers["accept-ranges"]
        await Response(body, self.status_code, headers)(scope, receive, send)

    def _is_compressible(self) -> bool:
        return self.headers["content-type"].partition(";")[0] in _COMPRESSIBLE


def _takes(scope: Scope) -> bool:
    return takes_gzip(scope["headers"]) and not any(name == b"range" for name, _ in scope["headers"])


@lru_cache(maxsize=_FILES)
def _gzipped(path: Path, _: int) -> bytes:
    return gzip(path.read_bytes(), LEVEL)
