"""The documents of the dashboard that is built here: known by their hash, as if an administrator had registered them.

Rule: a hash stands for the text that it is the hash of, whatever the file calls it.
"""

import logging
from pathlib import Path
from typing import Final

from msgspec import DecodeError
from msgspec.json import Decoder

from app.domain.access.trusted_document import hash_of

logger = logging.getLogger(__name__)

MANIFEST: Final = "persisted-documents.json"

_decode = Decoder(dict[str, str]).decode


class DashboardDocuments:
    """The documents of one folder."""

    def __init__(self, built: Path) -> None:
        self._file = built / MANIFEST
        self._read_at = 0  # the file's own time, in nanoseconds
        self._texts: dict[str, str] = {}
        self._refresh()

    def text(self, hash: str) -> str | None:
        """Return a document. A hash that is not known may be of a build that was made while the server runs."""
        known = self._texts.get(hash)
        if known is None and self._refresh():
            known = self._texts.get(hash)
        return known

    def _refresh(self) -> bool:
        """Read the file if it has changed, and return whether it had."""
        try:
            changed_at = self._file.stat().st_mtime_ns
            if changed_at == self._read_at:
                return False
            self._read_at = changed_at
            found = _decode(self._file.read_bytes())
        except FileNotFoundError:
            return False
        except DecodeError as error:
            logger.error("%s is no manifest of documents (%s): the dashboard will not work.", self._file, error)
            return False
        # What is prepared is found by the text itself, so a text that stays is the same object.
        self._texts = {digest: self._texts.get(digest, text) for text in found.values() for digest in [hash_of(text)]}
        return True
