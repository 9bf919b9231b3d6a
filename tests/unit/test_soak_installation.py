"""Installations that a soak harms."""

from pathlib import Path

from app.embedded.cluster.takeover import Takeover
from app.server.commands.soak_installation import ClusterInstallation


def test_who_took_over_is_said_of_one_harm_alone(tmp_path: Path) -> None:
    """A rolling restart after it has no election of its own."""
    installation = ClusterInstallation(tmp_path, processes=1, report=print)
    takeover = installation._takeover = Takeover(lambda: None, harmed="mongo-1")
    takeover.seconds = 10.5
    assert [installation.taken_over_after() for _ in range(2)] == [10.5, None]
