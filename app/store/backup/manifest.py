"""The manifest of a backup: what is in it, as of when, and the checksums that prove it.

Rule: it is written last. A folder without one is no backup.
"""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from app.store.backup.errors import UnusableBackup
from app.store.database.format import FORMAT

NAME: Final = "manifest.json"
BACKUP_FORMAT: Final = 1


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """One collection: its documents, their bytes before compression, and the SHA-256 of these."""

    documents: int
    bytes: int
    sha256: str


class LevelsDigest(msgspec.Struct, frozen=True, kw_only=True):
    """How many levels there were, and the SHA-256 of their counts and settings in the order of their keys."""

    levels: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One backup. It has everything that was acknowledged before `moment`, and nothing after `cluster_time`.

    `moment` is a time by the clock of the database, `cluster_time` the second and number of the snapshot in the oplog.
    """

    backup_format: int
    database_format: int
    database: str
    moment: str
    cluster_time: tuple[int, int]
    collections: dict[str, Contents]
    levels: LevelsDigest

    @property
    def documents(self) -> int:
        """How many there are in all."""
        return sum(each.documents for each in self.collections.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, with the checksum of its own content."""
    content = msgspec.json.encode(manifest, order="deterministic")
    signed = {"sha256": hashlib.sha256(content).hexdigest(), "manifest": msgspec.Raw(content)}
    (folder / NAME).touch(mode=0o600)
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(signed), indent=0))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest. Raise UnusableBackup if it is missing, was changed, or is of a newer version."""
    try:
        stored = msgspec.json.decode((folder / NAME).read_bytes())
        checksum, content = stored["sha256"], stored["manifest"]
        known = content["backup_format"], content["database_format"]
    except FileNotFoundError as error:
        raise UnusableBackup(f"{folder} is no backup: it has no {NAME}.") from error
    except NotADirectoryError as error:
        raise UnusableBackup(f"{folder} is no backup: it is a file, and a backup is a folder.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UnusableBackup(
            f"{folder / NAME} cannot be read: it is no manifest of a backup, or was cut off."
        ) from error
    if not all(type(each) is int for each in known) or known[0] > BACKUP_FORMAT or known[1] > FORMAT:
        raise UnusableBackup(
            f"{folder} was written by a newer version of Stockpulse (format {known[0]} of a database of format "
            f"{known[1]}; this one knows {BACKUP_FORMAT} and {FORMAT}): use that version."
        )
    try:
        manifest = msgspec.convert(content, Manifest)
    except msgspec.ValidationError as error:
        raise UnusableBackup(f"{folder / NAME} is no manifest of a backup: {error}.") from error
    if hashlib.sha256(msgspec.json.encode(manifest, order="deterministic")).hexdigest() != checksum:
        raise UnusableBackup(f"{folder / NAME} was changed: its content does not have its checksum.")
    return manifest
