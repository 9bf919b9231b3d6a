"""Files of a page that was built, whose names carry a hash of their content."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web.pages.static_file import StaticFile

STATIC: Final = Path(__file__).parents[1] / "static"
# A year, the longest that caches honour: changed content has another name.
_FOR_GOOD: Final = {"cache-control": "public, max-age=31536000, immutable"}


class HashedFiles(StaticFiles):
    """Serves the files of a folder, to be cached without revalidation."""

    def __init__(self, folder: Path, *, headers: Mapping[str, str]) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._headers = {**headers, **_FOR_GOOD}

    async def check_config(self) -> None:
        """Accept a missing folder: every file is a 404 until the page is built."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Serve one file."""
        found = super().file_response(full_path, stat_result, scope, status_code)
        if not isinstance(found, FileResponse):  # 304: the client has it already
            found.headers.update({**self._headers, "vary": "accept-encoding"})
            return found
        return StaticFile(full_path, status_code, self._headers, stat_result=stat_result)
