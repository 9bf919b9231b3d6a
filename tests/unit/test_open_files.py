"""Connections and the system's limit of open files."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "told"),
    [(1_000, 4_000, 300, "None 1000"), (1_000, 4_000, 3_000, "None 3500"), (1_000, 1_500, 3_000, "1000 1500")],
)
def test_the_limit_is_raised_as_far_as_it_may_go(soft: int, hard: int, wanted: int, told: str) -> None:
    """What does not fit is told. In a process of its own, which alone may be limited."""
    script = (
        "import resource, sys; from app.server.process.open_files import make_room; n = resource.RLIMIT_NOFILE; "
        f"resource.setrlimit(n, ({soft}, {hard})); print(make_room({wanted}), resource.getrlimit(n)[0])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    assert ended.stdout.strip() == told
