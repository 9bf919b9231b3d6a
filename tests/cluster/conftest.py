"""What the tests of several servers share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded.binaries import MONGOD, find
from app.embedded.cluster.mongo_set import MongoSet

ELECTION_TIMEOUT_SECONDS = 3.0  # on a busy machine members elect in vain where it is shorter


@pytest.fixture(scope="module")
def replica_set(servers_dir: Path) -> Iterator[MongoSet]:
    """Return three mongods of one replica set."""
    program = find(MONGOD)
    assert program
    folder = servers_dir / "replica set"
    folder.mkdir()
    found = MongoSet(folder, program=program, election_timeout_seconds=ELECTION_TIMEOUT_SECONDS)
    try:
        for member in found.members:
            member.start()
        found.form()
        yield found
    finally:
        found.close()
        for member in found.members:
            member.kill()
