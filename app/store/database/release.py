"""The release that this build is, and which others may share a database with it (ADR 61).

Rule: neighbours may: the release before and the one after. Numbers count releases, because versions do not tell how
many are between them.
"""

from importlib.metadata import version
from typing import Final

from app.domain.failures import Unavailable
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names

RELEASE: Final = 3  # 1 is 0.1.0; the next is given when CHANGELOG.md begins a new section
VERSION: Final = version("stockpulse")

_ID: Final = "release"
_VERSION: Final = "version"


class ReleaseTooFar(Unavailable):
    """Another release has the database, and this one is no neighbour of it."""

    def __init__(self, other: str, *, has: str) -> None:
        super().__init__(
            f"Stockpulse {other} {has}, and this is {described(RELEASE, VERSION)}: only neighbouring releases share a "
            "database. Start a release between them first, or stop all processes of the older one"
        )


def described(release: int, version: str) -> str:
    """Return what an operator calls a release."""
    return f"{version} (release {release})"


async def newest_release(database: Database) -> int:
    """Return the newest release that has prepared the database, 0 where none has noted itself.

    Raise ReleaseTooFar if this build must not use it, and the driver's errors.
    """
    found = await database[names.UPGRADES].find_one({"_id": _ID})
    if found is None:
        return 0
    release: int = found[names.MIGRATION_VERSION]
    if release > RELEASE + 1:
        raise ReleaseTooFar(described(release, found[_VERSION]), has="has upgraded it")
    return release


async def note_release(database: Database) -> None:
    """Note that this release has prepared the database, unless a newer one has."""
    is_newest: BsonDocument = {"$gte": [RELEASE, {"$ifNull": [f"${names.MIGRATION_VERSION}", 0]}]}
    noted: BsonDocument = {
        names.MIGRATION_VERSION: {"$cond": [is_newest, RELEASE, f"${names.MIGRATION_VERSION}"]},
        _VERSION: {"$cond": [is_newest, {"$literal": VERSION}, f"${_VERSION}"]},
        "after": None,
    }
    await database[names.UPGRADES].update_one({"_id": _ID}, [{"$set": noted}], upsert=True)
